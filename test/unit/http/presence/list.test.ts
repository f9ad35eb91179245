import { HttpRequest } from '@azure/functions';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { agentEntry } from '../../../../shared/domain/agents/agent.ts';
import { replaceAll } from '../../../../shared/domain/agents/listEdit.ts';
import { listAnswer } from '../../../../shared/http/presence/list.ts';
import { nextAnswer } from '../../../../shared/http/presence/next.ts';
import { presenceQuery } from '../../../../shared/http/presence/query.ts';
import type { PresenceStore } from '../../../../shared/ports/presenceStore.ts';
import { agentUploader } from '../../../../shared/usecases/agents/uploadAgents.ts';
import type { PresenceReader } from '../../../../shared/usecases/read/presenceReader.ts';
import { rulesChanger } from '../../../../shared/usecases/rules/changeRules.ts';
import { agent, guid, presence } from '../../../support/builders.ts';
import { directoryOf, user } from '../../../support/directory.ts';
import { memoryPresenceStore } from '../../../support/memoryPresenceStore.ts';
import { world } from '../../../support/world.ts';

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
  return JSON.parse(String(listAnswer(request, view, parsed.filter, now).answer.body)) as List;
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

const people = [1, 2, 3, 4, 5, 6].map(index => agent(index, { group: index % 2 ? 'odd' : 'even' }));

/** Uploads everybody but some of them, by their numbers. */
function replacing(here: ReturnType<typeof world>) {
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

test('nothing new is an empty delta, a change is that change', async () => {
  const here = world({}, 3);
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

test('where Teams values are not told, neither is it told that one of them changed', async () => {
  const here = world({}, 3);
  await here.map(people);
  const poll = here.poller();
  await poll();
  const reader = here.reader(here.presence, 'minimal');
  const client = deltaClient('');
  const loop = loopClient();
  const etag = async () => {
    const request = new HttpRequest({ method: 'GET', url: 'http://localhost/api/v1/presence' });
    const parsed = presenceQuery(request, 'DE');
    if (!('filter' in parsed)) throw new Error('not a list');
    const { answer } = listAnswer(request, (await reader.read()).view, parsed.filter, 0);
    return (answer.headers as Record<string, string>)['etag'];
  };
  const { revision } = await client.update(reader, 0);
  while (await loop.step(reader, 0));
  const [before, cursor] = [await etag(), loop.cursor()];
  here.teams.shown.set(guid(2), presence('AvailableIdle', 'AvailableIdle'));
  here.time.advance(10_000);
  await poll();
  expect(await client.update(reader, 0)).toMatchObject({ full: 0, records: [], revision });
  expect(await loop.step(reader, 0)).toBe(false);
  expect([await etag(), loop.cursor()]).toEqual([before, cursor]);

  here.teams.shown.set(guid(2), presence('Busy', 'InACall'));
  here.time.advance(10_000);
  await poll();
  expect(await client.update(reader, 0)).toMatchObject({ full: 1 });
  while (await loop.step(reader, 0));
  const { records } = await pull(reader, 0, '');
  for (const { copy } of [client, loop]) expect([...copy.values()]).toEqual(expect.arrayContaining([...records]));
  expect(await etag()).not.toBe(before);
});

test('a revision of another table, from the future or from before other agents gives everything', async () => {
  const here = world({}, 3);
  await here.map(people);
  await here.poller()();
  const reader = here.reader();
  const { revision } = await pull(reader, 0, '');
  const [epoch, , ages] = revision.split('-');
  for (const known of [`00000000-1-${ages}-0`, `${epoch}-zzzz-${ages}-0`, `${epoch}-1-000000-0`]) {
    expect(await pull(reader, 0, `?changedSince=${known}`)).toMatchObject({ full: 1 });
  }
});

/** A client that cannot walk a list: it asks for one change after the other. */
function loopClient() {
  const copy = new Map<string, unknown>();
  let cursor = '';
  return {
    copy,
    cursor: () => cursor,
    async step(reader: PresenceReader, now: number): Promise<boolean> {
      const request = new HttpRequest({ method: 'GET', url: `http://localhost/api/v1/presence?next=${cursor}` });
      const parsed = presenceQuery(request, 'DE');
      if (!('next' in parsed)) throw new Error('not the next change');
      const { view } = await reader.read();
      const answer = JSON.parse(String(nextAnswer(view, parsed.next, now).answer.body)) as Record<string, unknown>;
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
      expect([status, matchedBy, error, message]).toEqual([200, '', '', '']);
      cursor = String(next);
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

test('next gives one change after the other, and then nothing', async () => {
  const here = world({}, 3);
  await here.map(people);
  const poll = here.poller();
  await poll();
  const reader = here.reader();
  const client = loopClient();
  const steps: boolean[] = [];
  for (const _ of people) steps.push(await client.step(reader, 0));
  expect(steps).toEqual([true, true, true, true, true, false]);
  expect([...client.copy.keys()]).toEqual(people.map(({ agentId }) => agentId));
  expect(await client.step(reader, 0)).toBe(false);
  here.time.advance(10_000);
  here.teams.shown.set(guid(5), presence('Busy', 'InACall'));
  await poll();
  expect(await client.step(reader, 0)).toBe(false);
  expect(client.copy.get('1005')).toMatchObject({ rule: 'in-a-call' });
});

test('next with nothing new says how the whole list is, so that a loop sees an outage', async () => {
  const here = world({}, 3);
  await here.map(people);
  await here.poller()();
  const reader = here.reader();
  const client = loopClient();
  await client.update(reader, here.time.clock());
  const ask = async () => {
    const { view } = await reader.read();
    const request = new HttpRequest({ method: 'GET', url: `http://localhost/api/v1/presence?next=${client.cursor()}` });
    const parsed = presenceQuery(request, 'DE');
    if (!('next' in parsed)) throw new Error('not the next change');
    return JSON.parse(String(nextAnswer(view, parsed.next, here.time.clock()).answer.body)) as Record<string, unknown>;
  };
  here.time.advance(4_000);
  expect(await ask()).toMatchObject({ agentId: '', more: 0, known: 1, stale: 0, ageSeconds: 4 });
  here.time.advance(130_000);
  await client.update(reader, here.time.clock());
  expect(await ask()).toMatchObject({ agentId: '', more: 0, known: 0, stale: 1, ageSeconds: 134 });
});

test('a new client of next hears of nobody who was gone before', async () => {
  const here = world({}, 3);
  const replace = replacing(here);
  await replace([]);
  await replace([5, 6]);
  const reader = here.reader();
  const client = loopClient();
  const told: string[] = [];
  while (await client.step(reader, 0)) told.push(...client.copy.keys());
  expect([...client.copy.keys()]).toEqual(['1001', '1002', '1003', '1004']);
  expect(told).not.toContain('1005');
});

test('a client of next hears of others although somebody changes all the time', async () => {
  const here = world({}, 3);
  await here.map(people);
  const poll = here.poller();
  await poll();
  const reader = here.reader();
  const client = loopClient();
  for (let cycle = 0; cycle < people.length; cycle += 1) {
    here.teams.shown.set(guid(1), presence(cycle % 2 ? 'Busy' : 'Away'));
    here.time.advance(10_000);
    await poll();
    await client.step(reader, 0);
  }
  expect(client.copy.size).toBe(people.length);
});

test('an instance that lags behind has nothing to tell, and sends nobody back to the start', async () => {
  const here = world({}, 3);
  await here.map(people);
  const poll = here.poller();
  await poll();
  const lagging = here.reader();
  await lagging.read();
  here.teams.shown.set(guid(1), presence('Busy', 'InACall'));
  here.time.advance(400);
  await poll();
  const client = loopClient();
  await client.update(here.reader(), 0);
  const copy = new Map(client.copy);
  expect(await client.step(lagging, 0)).toBe(false);
  expect(client.copy).toEqual(copy);
  let steps = 0;
  while (await client.step(here.reader(), 0)) steps += 1;
  expect(steps).toBe(0);
});

const SETTLING_RULES = JSON.stringify({
  rules: [
    { id: 'free', when: [{ availability: ['Available'] }], telStatus: 0, reachable: 1, settleSeconds: 25 },
    { id: 'others', when: [{}], telStatus: 1, reachable: 0 },
  ],
});

/**
 * Two instances, a poller, a clock, three clients that ask either instance for the differences and one that loops over
 * `next`. Whatever happens in between - people move, polls fail, agents and rules are replaced, tables are lost, time
 * passes, instances restart - the copies equal the list.
 */
function differencesEqualTheList() {
  const person = fc.integer({ min: 1, max: 6 });
  const instance = fc.integer({ min: 0, max: 1 });
  const to = fc.constantFrom('Available', 'Busy', 'Away');
  const move = fc.record({ kind: fc.constant('move' as const), index: person, to });
  const poll = fc.record({ kind: fc.constant('poll' as const) });
  const time = fc.record({ kind: fc.constant('time' as const), seconds: fc.constantFrom(10, 20, 26, 61, 130) });
  const ask = fc.record({ kind: fc.constant('pull' as const), instance });
  const flap = fc.record({ kind: fc.constant('flap' as const), index: person });
  const often = [move, poll, time, ask, flap].map(arbitrary => ({ arbitrary, weight: 4 }));
  const step = fc.oneof(
    ...often,
    fc.record({ kind: fc.constant('outage' as const), index: person }),
    fc.record({ kind: fc.constant('agents' as const), gone: fc.uniqueArray(person, { maxLength: 3 }) }),
    fc.record({
      kind: fc.constant('rules' as const),
      text: fc.constantFrom(SETTLING_RULES, '{"preset":"acd-decides"}', undefined),
    }),
    fc.record({ kind: fc.constant('lost' as const) }),
    fc.record({ kind: fc.constant('restart' as const), instance: fc.integer({ min: 0, max: 1 }) }),
    fc.record({ kind: fc.constant('step' as const), instance: fc.integer({ min: 0, max: 1 }) }),
  );
  return fc.asyncProperty(
    fc.constantFrom(SETTLING_RULES, undefined),
    fc.array(step, { maxLength: 40 }),
    async (rules, steps) => {
      let store = memoryPresenceStore();
      const presenceStore = exchangeable(() => store);
      const here = world({ presence: presenceStore }, 3);
      const { clock } = here.time;
      const replace = replacing(here);
      for (const [index] of people.entries()) here.teams.shown.set(guid(index + 1), presence('Available'));
      await replace([]);
      const changeRules = rulesChanger({ ...here, reader: here.reader(), clock });
      await changeRules(rules, { dryRun: false, ifMatch: undefined });
      const instances = [here.reader(), here.reader()];
      const poll = here.poller();
      const filters = ['', 'group=odd', 'reachable=1'];
      const clients = filters.map(deltaClient);
      const loop = loopClient();
      for (const action of [
        ...steps,
        { kind: 'poll' as const },
        { kind: 'pull' as const, instance: 0 },
        { kind: 'pull' as const, instance: 1 },
      ]) {
        if (action.kind === 'move') here.teams.shown.set(guid(action.index), presence(action.to));
        if (action.kind === 'flap') {
          for (const shown of ['Busy', 'Available']) {
            here.teams.shown.set(guid(action.index), presence(shown));
            here.time.advance(1_000);
            await poll();
          }
        }
        if (action.kind === 'outage') here.teams.shown.delete(guid(action.index));
        if (action.kind === 'time') here.time.advance(action.seconds * 1_000);
        if (action.kind === 'restart') instances[action.instance] = here.reader();
        if (action.kind === 'agents') await replace(action.gone);
        if (action.kind === 'rules') await changeRules(action.text, { dryRun: false, ifMatch: undefined });
        if (action.kind === 'lost') store = memoryPresenceStore();
        if (action.kind === 'poll') {
          here.time.advance(1_000);
          await poll();
        }
        if (action.kind === 'step') {
          here.time.advance(500);
          await loop.step(instances[action.instance] ?? here.reader(), here.time.clock());
        }
        if (action.kind === 'pull') {
          // Half a second later nobody uses the head from before.
          here.time.advance(500);
          const reader = instances[action.instance] ?? here.reader();
          for (const [index, client] of clients.entries()) {
            await client.update(reader, here.time.clock());
            const list = await pull(reader, here.time.clock(), `?${filters[index]}`);
            expect(new Map(client.copy)).toEqual(new Map(list.records.map(record => [record.agentId, record])));
          }
          await loop.update(reader, here.time.clock());
          const all = await pull(reader, here.time.clock(), '');
          expect(new Map(loop.copy)).toEqual(new Map(all.records.map(record => [record.agentId, record])));
        }
      }
    },
  );
}

test('a client that applies the differences has what the full list says', async () => {
  await fc.assert(differencesEqualTheList(), { numRuns: 200 });
});

test.each([
  ['two tables that were lost looked like one', { seed: 1_227_418_802, path: '300:2:1:9:9:13:13:13' }],
  ['who had changed shard became stale unnoticed', { seed: -102_358_966, path: '102:4:5:11:11:15:15:15' }],
  ['a removed agent was kept', { seed: 269_897_865, numRuns: 400 }],
])('also where once %s', async (_case, run) => {
  await fc.assert(differencesEqualTheList(), run);
});

/** A store that somebody may delete and that is then another one. */
function exchangeable(current: () => PresenceStore): PresenceStore {
  return {
    readHead: () => current().readHead(),
    createHead: head => current().createHead(head),
    replaceHead: (head, etag) => current().replaceHead(head, etag),
    readDocument: at => current().readDocument(at),
    writeDocument: (at, document, obsolete) => current().writeDocument(at, document, obsolete),
    listDocuments: () => current().listDocuments(),
    removeDocuments: keys => current().removeDocuments(keys),
  };
}
