import { HttpRequest } from '@azure/functions';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { listAnswer } from '../../shared/http/presenceAnswers.ts';
import { presenceQuery } from '../../shared/http/presenceQuery.ts';
import type { PresenceReader } from '../../shared/usecases/presenceReader.ts';
import { agent, guid, presence } from '../support/builders.ts';
import { world } from '../support/world.ts';

interface List {
  readonly revision: string;
  readonly full?: number;
  readonly removed?: readonly string[];
  readonly records: readonly { readonly agentId: string }[];
}

/** The route, as a client of one instance sees it. */
async function pull(reader: PresenceReader, now: number, query: string): Promise<List> {
  const request = new HttpRequest({ method: 'GET', url: `http://localhost/api/v1/presence${query}` });
  const parsed = presenceQuery(request, 'DE');
  if (!('filter' in parsed)) throw new Error('not a list');
  const { view } = await reader.read();
  return JSON.parse(String(listAnswer(request, view, parsed.filter, now).body)) as List;
}

/** A client that asks for the differences only. */
function deltaClient(filter: string) {
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

const people = [1, 2, 3, 4, 5, 6].map(index =>
  agent(index, { shard: index > 3 ? 1 : 0, group: index % 2 ? 'odd' : 'even' }),
);

test('nothing new is an empty delta, a change is that change', async () => {
  const here = world();
  await here.map(people);
  const poll = here.poller();
  await poll();
  const reader = here.reader();
  const client = deltaClient('');
  expect((await client.update(reader, 0)).records).toHaveLength(6);
  here.time.advance(10_000);
  await poll();
  expect(await client.update(reader, 0)).toMatchObject({ full: 0, removed: [], records: [] });
  here.time.advance(10_000);
  here.teams.shown.set(guid(2), presence('Busy', 'InACall'));
  await poll();
  const { records, full } = await client.update(reader, 0);
  expect([full, records.map(record => record.agentId)]).toEqual([0, ['1002']]);
});

test('a revision of another table, from the future or from before other agents gives everything', async () => {
  const here = world();
  await here.map(people);
  await here.poller()();
  const reader = here.reader();
  const { revision } = await pull(reader, 0, '');
  const [epoch, , ages] = revision.split('-');
  for (const known of [`other-1-${ages}`, `${epoch}-zzzz-${ages}`, `${epoch}-1-000000`]) {
    expect(await pull(reader, 0, `?changedSince=${known}`)).toMatchObject({ full: 1 });
  }
});

/**
 * Two instances, a poller, a clock, and three clients that ask either of them for the differences. Whatever happens in
 * between - people move, polls fail, agents are replaced, time passes, instances restart - the copies equal the list.
 */
test('a client that applies the differences has what the full list says', async () => {
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('move' as const),
      index: fc.integer({ min: 1, max: 6 }),
      to: fc.constantFrom('Available', 'Busy', 'Away'),
    }),
    fc.record({ kind: fc.constant('poll' as const) }),
    fc.record({ kind: fc.constant('outage' as const), index: fc.integer({ min: 1, max: 6 }) }),
    fc.record({ kind: fc.constant('agents' as const), gone: fc.integer({ min: 1, max: 6 }) }),
    fc.record({ kind: fc.constant('time' as const), seconds: fc.constantFrom(1, 20, 61, 130) }),
    fc.record({ kind: fc.constant('restart' as const), instance: fc.integer({ min: 0, max: 1 }) }),
    fc.record({ kind: fc.constant('pull' as const), instance: fc.integer({ min: 0, max: 1 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async steps => {
      const here = world();
      await here.map(people);
      const instances = [here.reader(), here.reader()];
      const poll = here.poller();
      const filters = ['', 'group=odd', 'reachable=1'];
      const clients = filters.map(deltaClient);
      let generation = 1;
      for (const action of [
        ...steps,
        { kind: 'poll' as const },
        { kind: 'pull' as const, instance: 0 },
        { kind: 'pull' as const, instance: 1 },
      ]) {
        if (action.kind === 'move') here.teams.shown.set(guid(action.index), presence(action.to));
        if (action.kind === 'outage') here.teams.shown.delete(guid(action.index));
        if (action.kind === 'time') here.time.advance(action.seconds * 1_000);
        if (action.kind === 'restart') instances[action.instance] = here.reader();
        if (action.kind === 'agents') {
          generation += 1;
          const stored = await here.presence.readHead();
          const kept = people.filter(person => person.agentId !== String(1000 + action.gone));
          await here.agents.write({ id: `g000000000${generation}-test`, count: kept.length }, kept);
          if (stored === undefined) throw new Error('no head');
          const revision = stored.head.revision + 1;
          const agents = { id: `g000000000${generation}-test`, count: kept.length };
          await here.presence.replaceHead({ ...stored.head, revision, completeSince: revision, agents }, stored.etag);
        }
        if (action.kind === 'poll') {
          here.time.advance(1_000);
          await poll();
        }
        if (action.kind === 'pull') {
          // Half a second later nobody uses the head from before.
          here.time.advance(500);
          const reader = instances[action.instance] ?? here.reader();
          for (const [index, client] of clients.entries()) {
            await client.update(reader, here.time.clock());
            const list = await pull(reader, here.time.clock(), `?${filters[index]}`);
            expect([...client.copy.values()].length).toBe(list.records.length);
            expect(new Map(client.copy)).toEqual(new Map(list.records.map(record => [record.agentId, record])));
          }
        }
      }
    }),
    { numRuns: 200 },
  );
});
