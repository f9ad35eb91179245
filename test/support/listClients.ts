import { HttpRequest } from '@azure/functions';
import { expect } from 'vitest';
import { agentEntry } from '../../shared/domain/agents/agent.ts';
import { replaceAll } from '../../shared/domain/agents/listEdit.ts';
import { listAnswer } from '../../shared/http/presence/list.ts';
import { nextAnswer } from '../../shared/http/presence/next.ts';
import { presenceQuery } from '../../shared/http/presence/query.ts';
import { agentUploader } from '../../shared/usecases/agents/agentUploader.ts';
import type { PresenceReader } from '../../shared/usecases/read/presenceReader.ts';
import { agent } from './builders.ts';
import { directoryOf, user } from './directory.ts';
import type { world } from './world.ts';

interface List {
  readonly revision: string;
  readonly full?: number;
  readonly removed?: readonly string[];
  readonly records: readonly { readonly agentId: string }[];
}

/** The route, as a client of one instance sees it. */
export async function pull(reader: PresenceReader, now: number, query: string): Promise<List> {
  const request = new HttpRequest({ method: 'GET', url: `http://localhost/api/v1/presence${query}` });
  const parsed = presenceQuery(request, 'DE');
  if (!('filter' in parsed)) throw new Error('not a list');
  const { snapshot } = await reader.read();
  return JSON.parse(String(listAnswer(request, snapshot, parsed.filter, now).answer.body)) as List;
}

/** A client that asks for the differences only. */
export function deltaClient(filter: string) {
  const copy = new Map<string, unknown>();
  let revision = '';
  return {
    copy,
    async update(reader: PresenceReader, now: number) {
      const query = [filter, revision && `changedSince=${revision}`].filter(part => part !== '').join('&');
      const answer = await pull(reader, now, `?${query}`);
      if (answer.full !== 0) copy.clear();
      for (const agentId of answer.removed ?? []) copy.delete(agentId);
      for (const record of answer.records) copy.set(record.agentId, record);
      revision = answer.revision;
      return answer;
    },
  };
}

export const people = [1, 2, 3, 4, 5, 6].map(index => agent(index, { group: index % 2 ? 'odd' : 'even' }));

/** Uploads everybody but some of them, by their numbers. */
export function replacing(here: ReturnType<typeof world>) {
  const { clock } = here.time;
  const directory = directoryOf(people.map((_, index) => user(index + 1)));
  const upload = agentUploader({ ...here, clock, directory, source: { kind: 'list' }, defaultCountry: 'DE' });
  return (gone: readonly number[]) => {
    const entries = people.flatMap((entry, index) =>
      gone.includes(index + 1) ? [] : [{ line: index + 2, entry: agentEntry(entry) }],
    );
    const file = { entries, encoding: 'utf-8' as const, ignoredColumns: [] };
    return upload(replaceAll(file), { replaceAll: true, dryRun: false, ifMatch: undefined });
  };
}

/** A client that cannot walk a list: it asks for one change after the other. */
export function loopClient() {
  const copy = new Map<string, unknown>();
  let cursor = '';
  return {
    copy,
    cursor: () => cursor,
    /** What the next answer would be; the client stays where it is. */
    async ask(reader: PresenceReader, now: number): Promise<Record<string, unknown>> {
      const request = new HttpRequest({ method: 'GET', url: `http://localhost/api/v1/presence?next=${cursor}` });
      const parsed = presenceQuery(request, 'DE');
      if (!('next' in parsed)) throw new Error('not the next change');
      const { snapshot } = await reader.read();
      return JSON.parse(String(nextAnswer(snapshot, parsed.next, now).answer.body)) as Record<string, unknown>;
    },
    async step(reader: PresenceReader, now: number): Promise<boolean> {
      const answer = await this.ask(reader, now);
      const {
        status,
        matchedBy,
        checkedAt,
        ageSeconds,
        error,
        message,
        more,
        removed,
        cursor: next,
        ...record
      } = answer;
      cursor = String(next);
      expect([status, matchedBy]).toEqual([200, '']);
      if (error === 'cursor_expired') {
        copy.clear();
        return true;
      }
      expect([error, message]).toEqual(['', '']);
      const agentId = String(record['agentId']);
      if (agentId === '') expect([more, removed]).toEqual([0, 0]);
      else if (removed === 1) copy.delete(agentId);
      else copy.set(agentId, record);
      return more === 1;
    },
    async update(reader: PresenceReader, now: number) {
      for (let steps = 0; await this.step(reader, now); steps += 1) expect(steps).toBeLessThan(100);
    },
  };
}
