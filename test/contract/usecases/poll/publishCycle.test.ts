import { describe, expect, test } from 'vitest';
import { tablePresenceStore } from '../../../../shared/adapters/tables/tablePresenceStore.ts';
import type { AgentsVersion } from '../../../../shared/domain/agents/agentList.ts';
import { documentKeys } from '../../../../shared/domain/snapshot/head.ts';
import {
  GraphThrottledError,
  GraphUnavailableError,
  StoreConflictError,
  StoreUnavailableError,
} from '../../../../shared/errors/errors.ts';
import type { PresenceSource } from '../../../../shared/ports/presenceSource.ts';
import type { PresenceStore } from '../../../../shared/ports/presenceStore.ts';
import { removeLitter } from '../../../../shared/usecases/state/removeLitter.ts';
import { agent, guid, presence } from '../../../support/builders.ts';
import { sleepForever } from '../../../support/clock.ts';
import { ADAPTERS, freshTable, killedAt, watched } from '../../../support/stores.ts';
import { world } from '../../../support/world.ts';

/** Three people in two shards. */
const TEAM = [agent(1), agent(2), agent(3)];
const SHARD_SIZE = 2;
const AVAILABLE = { 1001: 'available', 1002: 'available', 1003: 'available' };
const busy = (sequence: string) => presence('Busy', 'InACall', { sequence });

/** Something that waits until the test lets it go on. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>(resolve => {
    open = resolve;
  });
  return { opened, open };
}

describe.each(ADAPTERS)('publishing through %s', (_name, create) => {
  const start = async () => {
    const here = world(create(), SHARD_SIZE);
    await here.map(TEAM);
    const head = async () => {
      const stored = await here.presence.readHead();
      if (stored === undefined) throw new Error('no head');
      return stored.head;
    };
    /** Graph answers for nobody among whom one of these is. */
    const failingFor = (...indexes: number[]): PresenceSource => ({
      read: (ids, ...rest) =>
        indexes.some(index => ids.includes(guid(index)))
          ? Promise.reject(new GraphUnavailableError('No.'))
          : here.teams.source.read(ids, ...rest),
    });
    const litter = async () => {
      const named = new Set(documentKeys(await head()).map(({ key }) => key));
      return (await here.presence.listDocuments()).filter(({ key }) => !named.has(key));
    };
    return { ...here, head, failingFor, litter };
  };

  function counting(store: PresenceStore): { store: PresenceStore; calls: string[] } {
    const calls: string[] = [];
    return { calls, store: watched(store, ({ method }) => void calls.push(method)) };
  }

  test('a cycle in which nothing changed reads and writes the head, once each', async () => {
    const here = await start();
    const { store, calls } = counting(here.presence);
    const poll = here.poller(store);
    await poll();
    calls.length = 0;
    here.time.advance(10_000);
    await poll();
    expect(calls).toEqual(['readHead', 'replaceHead']);
    expect((await here.head()).shards[0]?.checkedAt).toBe(here.time.clock());
  });

  test('a cycle with changes writes the document of the shard they are in, and no other', async () => {
    const here = await start();
    const { store, calls } = counting(here.presence);
    const poll = here.poller(store);
    await poll();
    const before = await here.head();
    calls.length = 0;
    here.teams.shown.set(guid(3), busy('2'));
    here.time.advance(10_000);
    await poll();
    const after = await here.head();
    expect(calls).toEqual(['readHead', 'writeDocument', 'replaceHead']);
    expect(after.shards[0]).toMatchObject({
      document: before.shards[0]?.document,
      revision: before.shards[0]?.revision,
    });
    expect(after.shards[1]).toMatchObject({ revision: before.revision + 1, previous: before.shards[1]?.document });
    expect(await here.coldRules()).toEqual({ ...AVAILABLE, 1003: 'in-a-call' });
  });

  test('a change of spelling or of the version stamp alone writes no document', async () => {
    const here = await start();
    const { store, calls } = counting(here.presence);
    const poll = here.poller(store);
    await poll();
    calls.length = 0;
    here.teams.shown.set(guid(1), presence('AVAILABLE', 'available', { sequence: '9' }));
    here.time.advance(10_000);
    await poll();
    expect(calls).toEqual(['readHead', 'replaceHead']);
  });

  test('of each shard the document in force and the one before it are kept', async () => {
    const here = await start();
    const poll = here.poller();
    for (let cycle = 0; cycle < 5; cycle += 1) {
      for (const index of [1, 3]) here.teams.shown.set(guid(index), presence(cycle % 2 === 0 ? 'Busy' : 'Away'));
      here.time.advance(10_000);
      await poll();
    }
    expect((await here.head()).shards.map(({ previous }) => previous !== '')).toEqual([true, true]);
    expect(await here.presence.listDocuments()).toHaveLength(4);
    expect(await here.litter()).toEqual([]);
  });

  test('two pollers at once lose nothing, and the documents of the one who loses are removed', async () => {
    const here = await start();
    const [one, other] = [here.poller(), here.poller()];
    let revision = 0;
    for (let cycle = 0; cycle < 4; cycle += 1) {
      here.time.advance(10_000);
      here.teams.shown.set(guid(1 + (cycle % 3)), cycle % 2 === 0 ? busy(String(cycle)) : presence('Away'));
      await Promise.all([one(), other()]);
      const head = await here.head();
      expect(head.revision).toBeGreaterThan(revision);
      expect(await here.litter()).toEqual([]);
      revision = head.revision;
    }
    expect(await here.coldRules()).toEqual({ 1001: 'away', 1002: 'away', 1003: 'in-a-call' });
  });

  test('a write of the head whose answer was lost removes nothing that the head names', async () => {
    const here = await start();
    await here.poller()();
    here.time.advance(10_000);
    here.teams.shown.set(guid(1), busy('2'));
    let repeated = false;
    const store: PresenceStore = {
      ...here.presence,
      async replaceHead(head, etag) {
        const written = await here.presence.replaceHead(head, etag);
        if (repeated) return written;
        repeated = true;
        // The client sends it once more, and loses against itself.
        return here.presence.replaceHead(head, etag);
      },
    };
    await here.poller(store)();
    expect(await here.litter()).toEqual([]);
    expect(await here.coldRules()).toEqual({ ...AVAILABLE, 1001: 'in-a-call' });
  });

  test.each([
    ['changed', busy('2'), presence('Away', 'Away', { sequence: '3' }), 'away'],
    ['confirmed', busy('2'), presence('Available', 'Available', { sequence: '3' }), 'available'],
  ] as const)('what was asked earlier never replaces what was %s later', async (_case, earlier, later, rule) => {
    const here = await start();
    await here.poller()();
    const asked = gate();
    const answering = gate();
    const slow = here.poller(here.presence, {
      async read(ids, token, signal) {
        const answer = await here.teams.source.read(ids, token, signal);
        asked.open();
        await answering.opened;
        return answer;
      },
    });
    here.time.advance(10_000);
    here.teams.shown.set(guid(1), earlier);
    const late = slow();
    await asked.opened;
    here.time.advance(1_000);
    here.teams.shown.set(guid(1), later);
    await here.poller()();
    answering.open();
    await late;
    expect(await here.coldRules()).toEqual({ ...AVAILABLE, 1001: rule });
  });

  test.each(['before', 'after'] as const)('a process that dies %s any of its calls loses nothing', async effect => {
    for (let at = 1; at <= 6; at += 1) {
      const here = await start();
      const warm = here.reader();
      const survivor = here.poller();
      await survivor();
      await warm.read();
      const before = (await here.head()).revision;

      here.time.advance(10_000);
      here.teams.shown.set(guid(1), busy('2'));
      here.teams.shown.set(guid(3), busy('2'));
      const dying = here.poller(killedAt(here.presence, at, effect));
      await dying().catch(() => undefined);

      // Teams says again what the survivor remembers: it must not take the dead one's documents for its own.
      here.time.advance(10_000);
      here.teams.shown.set(guid(1), presence('Available', 'Available', { sequence: '3' }));
      await survivor();
      expect((await here.head()).revision).toBeGreaterThan(before);
      const expected = { ...AVAILABLE, 1003: 'in-a-call' };
      expect(await here.coldRules(), `killed ${effect} call ${at}, cold`).toEqual(expected);
      const { snapshot } = await warm.read();
      const rules = Object.fromEntries(snapshot.entries.map(({ record }) => [record.agentId, record.rule]));
      expect(rules, `killed ${effect} call ${at}, warm`).toEqual(expected);

      await removeLitter(here.presence, here.head);
      expect(await here.litter(), `killed ${effect} call ${at}`).toEqual([]);
      expect(await here.coldRules(), `killed ${effect} call ${at}, swept`).toEqual(expected);
    }
  });

  test.each([
    ['changed', presence('Away', 'Away', { sequence: '3' }), 'away'],
    ['confirmed', presence('Available', 'Available', { sequence: '3' }), 'available'],
  ] as const)('a poller that was slow in writing changes nothing that another %s', async (_case, later, rule) => {
    const here = await start();
    await here.poller()();
    const reached = gate();
    const held = gate();
    const slow = here.poller(
      watched(here.presence, async ({ method }) => {
        if (method !== 'writeDocument') return;
        reached.open();
        await held.opened;
      }),
    );
    here.time.advance(10_000);
    here.teams.shown.set(guid(1), busy('2'));
    const late = slow();
    await reached.opened;
    here.time.advance(10_000);
    here.teams.shown.set(guid(1), later);
    await here.poller()();
    held.open();
    await late;
    expect(await here.coldRules()).toEqual({ ...AVAILABLE, 1001: rule });
    expect(await here.litter()).toEqual([]);
  });

  test('a document of somebody who left is removed by a later cycle when it could not be at once', async () => {
    const here = await start();
    let isOut = false;
    const store = watched(here.presence, ({ method }) => {
      if (isOut && method === 'removeDocuments') throw new StoreUnavailableError('Out.');
    });
    const poll = here.poller(store);
    await poll();
    await here.map(TEAM.slice(0, 2), 'g0000000002-test');
    isOut = true;
    here.time.advance(10_000);
    await poll();
    expect(await here.litter()).not.toEqual([]);
    isOut = false;
    here.time.advance(10_000);
    await poll();
    expect(await here.litter()).toEqual([]);
  });

  test('what is written for the next head while litter is removed stays', async () => {
    const here = await start();
    await here.poller()();
    await here.map(TEAM.slice(0, 2), 'g0000000002-test');
    const [written, held, swept] = [gate(), gate(), gate()];
    const second = here.poller(
      watched(here.presence, async ({ method }) => {
        if (method !== 'replaceHead') return;
        written.open();
        await held.opened;
      }),
    );
    let other: Promise<unknown> | undefined;
    const first = here.poller(
      watched(
        here.presence,
        () => undefined,
        async ({ method }) => {
          if (method === 'removeDocuments') swept.open();
          if (method !== 'replaceHead') return;
          // Another instance has read this head already, and has written what the next one will name.
          here.teams.shown.set(guid(1), busy('2'));
          here.time.advance(1_000);
          other = second();
          await written.opened;
        },
      ),
    );
    here.time.advance(10_000);
    await first();
    await swept.opened;
    held.open();
    await other;
    expect(await here.coldRules()).toEqual({ 1001: 'in-a-call', 1002: 'available' });
  });

  test('a wait that Graph asked for does not end with an answer to an earlier request', async () => {
    const here = await start();
    await here.poller()();
    const [asked, held] = [gate(), gate()];
    let requests = 0;
    const slow = here.poller(here.presence, {
      async read(ids, ...rest) {
        requests += 1;
        if (requests === 2) asked.open();
        await held.opened;
        return here.teams.source.read(ids, ...rest);
      },
    });
    here.time.advance(10_000);
    const late = slow();
    await asked.opened;
    here.time.advance(1_000);
    await here.poller(here.presence, { read: () => Promise.reject(new GraphThrottledError('Wait.', 60_000)) })();
    const until = here.time.clock() + 60_000;
    held.open();
    await late;
    expect((await here.head()).shards.map(({ notBefore }) => notBefore)).toEqual([until, until]);
  });

  test('a reader that is slower than two publications reads the head again', async () => {
    const here = await start();
    const poll = here.poller();
    await poll();
    let late = true;
    const slow = here.reader(
      watched(here.presence, async ({ method }) => {
        if (method !== 'readDocument' || !late) return;
        late = false;
        for (const seen of ['Busy', 'Away', 'Busy', 'Away']) {
          here.teams.shown.set(guid(1), presence(seen));
          here.time.advance(10_000);
          await poll();
        }
      }),
    );
    const { snapshot } = await slow.read();
    expect(snapshot.entries.map(({ record }) => record.rule)).toEqual(['away', 'available', 'available']);
  });

  test('the presence of people for whom no agent stands any more is in no document', async () => {
    const here = await start();
    const poll = here.poller();
    await poll();
    here.teams.shown.set(guid(3), busy('2'));
    here.time.advance(10_000);
    await poll();
    await here.map([agent(1)], 'g0000000002-test');
    here.time.advance(10_000);
    await poll();
    const keys = await here.presence.listDocuments();
    const documents = await Promise.all(keys.map(key => here.presence.readDocument(key)));
    expect(documents.flatMap(document => [...(document?.readings.keys() ?? [])])).toEqual([guid(1)]);
    expect((await here.head()).shards).toHaveLength(1);
  });

  test.each([
    ['the shard he leaves', [2, 3]],
    ['the shard he comes into', [0, 1]],
    ['every shard', [0, 1, 2, 3]],
  ])('who changes shard while %s fails neither vanishes nor looks fresher than he is', async (_case, failing) => {
    const here = await start();
    await here.poller()();
    const read = here.time.clock();
    here.time.advance(55_000);
    // Everybody moves by one: a new first one comes in front.
    await here.map([agent(0), ...TEAM], 'g0000000002-test');
    await here.poller(here.presence, here.failingFor(...failing))();
    const { snapshot } = await here.reader().read();
    const failed = (index: number) => failing.includes(index);
    for (const [index, entry] of snapshot.entries.entries()) {
      if (!failed(index)) expect(snapshot.checkedAt(entry), `${index}`).toBe(here.time.clock());
      else if (index === 0) expect(entry.record.rule).toBe('never-seen');
      else expect([entry.record.rule, snapshot.checkedAt(entry)]).toEqual(['available', read]);
    }
    // Past the limit of age it shows, also for those who only moved.
    here.time.advance(70_000);
    const stale = (await here.coldRules()) as Record<string, string>;
    for (const index of [1, 2, 3]) expect(stale[String(1000 + index)]).toBe(failed(index) ? 'stale' : 'available');
  });

  test('a shard that goes on failing is written once, not with each cycle', async () => {
    const here = await start();
    await here.poller()();
    await here.map([agent(0), ...TEAM], 'g0000000002-test');
    const { store, calls } = counting(here.presence);
    const poll = here.poller(store, here.failingFor(0, 1, 2, 3));
    await poll();
    calls.length = 0;
    for (let cycle = 0; cycle < 3; cycle += 1) {
      here.time.advance(10_000);
      await poll();
    }
    expect(new Set(calls)).toEqual(new Set(['readHead', 'replaceHead']));
  });

  test('a document that is lost or damaged is read anew, and clients are told of everybody', async () => {
    const here = await start();
    await here.poller()();
    const before = await here.head();
    await here.presence.removeDocuments([{ shard: 0, key: before.shards[0]?.document ?? '' }]);
    here.time.advance(10_000);
    await here.poller()();
    const head = await here.head();
    expect(head.deltasSince).toBe(head.revision);
    expect(await here.coldRules()).toEqual(AVAILABLE);
  });

  test('a reader that misses a document says so to all: what clients know is comparable no more', async () => {
    const here = await start();
    await here.poller()();
    const before = await here.head();
    await here.presence.removeDocuments([{ shard: 0, key: before.shards[0]?.document ?? '' }]);
    expect(await here.coldRules()).toEqual({ 1001: 'never-seen', 1002: 'never-seen', 1003: 'available' });
    const head = await here.head();
    expect([head.revision, head.deltasSince]).toEqual([before.revision + 1, before.revision + 1]);
  });

  test('two lost tables are two epochs', async () => {
    const epochs = new Set<string>();
    for (let table = 0; table < 3; table += 1) {
      const here = await start();
      const lost = world({ ...here, presence: create().presence });
      epochs.add((await lost.reader().read()).snapshot.epoch);
    }
    expect(epochs.size).toBe(3);
  });

  test('with the head alone deleted nothing that counts stands above the new one', async () => {
    const here = await start();
    const bare = create().presence;
    let isLost = false;
    const heads = () => (isLost ? bare : here.presence);
    const store: PresenceStore = {
      ...here.presence,
      readHead: () => heads().readHead(),
      createHead: head => heads().createHead(head),
      replaceHead: (head, etag) => heads().replaceHead(head, etag),
    };
    const poll = here.poller(store);
    await poll();
    here.teams.shown.set(guid(1), busy('2'));
    here.time.advance(10_000);
    await poll();
    const before = await here.head();
    isLost = true;
    here.teams.shown.set(guid(2), presence('Away'));
    here.time.advance(10_000);
    await here.reader(store).read();
    // Who polled before still knows the documents, and what he published last.
    await poll();
    const { snapshot } = await here.reader(store).read();
    expect(snapshot.epoch).not.toBe(before.epoch);
    expect(snapshot.entries.map(({ record }) => record.rule)).toEqual(['in-a-call', 'away', 'available']);
    for (const at of documentKeys(snapshot.head)) {
      const { readings = new Map() } = (await store.readDocument(at)) ?? {};
      const revisions = [...readings.values()].map(({ revision }) => revision);
      expect(Math.max(...revisions)).toBeLessThanOrEqual(snapshot.revision);
    }
  });

  test('agents that are replaced while Graph is asked: the old ones are dropped, the new ones read at once', async () => {
    const here = await start();
    await here.poller()();
    let replaced = false;
    const poll = here.poller(here.presence, {
      async read(ids, token, signal) {
        if (!replaced) await here.map([agent(1), agent(4)], 'g0000000002-test');
        replaced = true;
        return here.teams.source.read(ids, token, signal);
      },
    });
    here.time.advance(10_000);
    await poll();
    expect(here.events.slice(-2).map(([, fields]) => fields['superseded'])).toEqual([1, 0]);
    expect(await here.coldRules()).toEqual({ 1001: 'available', 1004: 'available' });
  });

  test('what a cycle that cannot be published still waits for is asked anew by the next one', async () => {
    const here = await start();
    await here.poller()();
    let isOut = true;
    const store = watched(here.presence, ({ method }) => {
      if (isOut && method === 'replaceHead') throw new StoreUnavailableError('Out.');
    });
    const slow: PresenceSource = {
      async read(ids, token, signal) {
        if (isOut && ids.includes(guid(3)))
          await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
        return here.teams.source.read(ids, token, signal);
      },
    };
    // What has come in is published while the slow shard is still being read.
    const sleep = async (ms: number, signal?: AbortSignal) =>
      ms <= 1_500 ? new Promise<void>(resolve => setImmediate(resolve)) : sleepForever(ms, signal);
    const poll = here.pollerOf(store, slow, undefined, sleep);
    here.time.advance(10_000);
    for (const index of [1, 2, 3]) here.teams.shown.set(guid(index), busy('2'));
    await expect(poll(here.log)).rejects.toThrow('Out.');
    isOut = false;
    here.time.advance(10_000);
    const { result, rest } = await poll(here.log);
    await rest;
    expect([result, await here.coldRules()]).toEqual([
      'complete',
      { 1001: 'in-a-call', 1002: 'in-a-call', 1003: 'in-a-call' },
    ]);
  });

  test('a request without an answer does not end a wait that Graph asked another instance for', async () => {
    const here = await start();
    await here.poller()();
    const sent = gate();
    const failing = gate();
    const slow = here.poller(here.presence, {
      async read() {
        sent.open();
        await failing.opened;
        throw new GraphUnavailableError('Reset.');
      },
    });
    here.time.advance(10_000);
    const late = slow();
    await sent.opened;
    const throttled = here.poller(here.presence, {
      read: () => Promise.reject(new GraphThrottledError('Wait.', 60_000)),
    });
    await throttled();
    const notBefore = (await here.head()).shards.map(status => status.notBefore);
    here.time.advance(1_000);
    failing.open();
    await late;
    expect((await here.head()).shards.map(status => status.notBefore)).toEqual(notBefore);
    expect(notBefore.every(time => time > here.time.clock())).toBe(true);
  });

  test.each([
    ['minutes', 3_600_000],
    ['a little', 1_500],
  ])('a clock that is %s ahead blocks nobody and makes nothing look fresh for long', async (_case, ahead) => {
    const here = await start();
    here.time.set(here.time.clock() + ahead);
    await here.poller()();
    here.time.set(here.time.clock() - ahead);
    const reader = here.reader();
    const rules = async () =>
      Object.fromEntries((await reader.read()).snapshot.entries.map(({ record }) => [record.agentId, record.rule]));
    expect(await rules()).toEqual(ahead > 2_000 ? { 1001: 'stale', 1002: 'stale', 1003: 'stale' } : AVAILABLE);
    here.time.advance(10_000);
    here.teams.shown.set(guid(1), busy('2'));
    await here.poller()();
    expect(await rules()).toEqual({ ...AVAILABLE, 1001: 'in-a-call' });
  });

  test('a wait until tomorrow, written by a wrong clock, keeps nobody unread', async () => {
    const here = await start();
    await here.poller()();
    const stored = await here.presence.readHead();
    if (stored === undefined) throw new Error('no head');
    const shards = stored.head.shards.map(status => ({ ...status, notBefore: here.time.clock() + 86_400_000 }));
    await here.presence.replaceHead({ ...stored.head, shards }, stored.etag);
    here.time.advance(10_000);
    here.teams.shown.set(guid(1), busy('2'));
    await here.poller()();
    expect(await here.coldRules()).toEqual({ ...AVAILABLE, 1001: 'in-a-call' });
    expect((await here.head()).shards.map(({ notBefore }) => notBefore)).toEqual([0, 0]);
  });

  test('agents whose rows are lost: those recorded as current are read, as many as are left', async () => {
    const here = await start();
    await here.poller()();
    const stored = await here.presence.readHead();
    if (stored === undefined) throw new Error('no head');
    await here.presence.replaceHead(
      { ...stored.head, agents: { id: 'g0000000009-lost', count: 7, removalsSince: '' } },
      stored.etag,
    );
    here.time.advance(10_000);
    expect(await here.coldRules()).toEqual(AVAILABLE);
    await here.poller()();
    const { agents } = await here.head();
    // Another version: whoever knows the one that is lost knows people whom no row names any more.
    expect(agents).toEqual({ id: expect.stringMatching(/^g0000000010-/), count: 3, removalsSince: agents.id });
    expect(await here.agents.current()).toEqual(agents);
    expect(await here.coldRules()).toEqual(AVAILABLE);
  });

  test('a table of the agents that is lost while the app runs names nobody, once, under a version of its own', async () => {
    const here = await start();
    await here.poller()();
    const after = world({ ...here, agents: create().agents }, SHARD_SIZE);
    // A poller that has them in memory may record them as current once more.
    await after.agents.markCurrent((await here.head()).agents);
    expect(await after.coldRules()).toEqual({});
    const lost = await here.head();
    expect(lost.agents).toEqual({
      id: expect.stringMatching(/^g0000000002-/),
      count: 0,
      removalsSince: lost.agents.id,
    });
    expect(await after.coldRules()).toEqual({});
    expect(await here.head()).toEqual(lost);
    await after.poller()();
    expect(await after.agents.current()).toEqual(lost.agents);
  });

  test('an instance that starts during a run of uploads puts no older list back, and answers for the newest', async () => {
    const here = await start();
    await here.poller()();
    let uploads = 1;
    const agents = {
      ...here.agents,
      async read(version: AgentsVersion) {
        // Each time it reads a list the next upload is faster, and removes what it was about to read.
        if (uploads < 6) {
          uploads += 1;
          await here.map([agent(1), agent(uploads)], `g000000000${uploads}-test`);
        }
        return here.agents.read(version);
      },
    };
    const late = world({ ...here, agents }, SHARD_SIZE);
    late.teams.shown.set(guid(1), presence('Available'));
    late.teams.shown.set(guid(6), presence('Available'));
    await late.poller()();
    expect((await here.head()).agents).toEqual({ id: 'g0000000006-test', count: 2, removalsSince: '' });
    expect(await here.coldRules()).toEqual({ 1001: 'available', 1006: 'available' });
  });

  test('what is recorded after an upload cannot cost the poll', async () => {
    const here = await start();
    const lost = new StoreConflictError('Another instance recorded it.');
    const askedBefore: number[] = [];
    const late = world({ ...here, agents: { ...here.agents, markCurrent } }, SHARD_SIZE);
    async function markCurrent(): Promise<void> {
      askedBefore.push(late.teams.calls.length);
      throw lost;
    }
    await late.poller()();
    expect((await here.head()).report.attemptedAt).toBeGreaterThan(0);
    // Teams is asked first: what is tidied for thousands of people takes time.
    expect(askedBefore[0]).toBe(2);
  });

  test('1,951 agents: 4 requests a cycle, a quiet cycle is the head alone, and so is a pull', async () => {
    const here = world(create());
    const size = 1_951;
    await here.map(Array.from({ length: size }, (_, index) => agent(index)));
    const polling = counting(here.presence);
    const poll = here.poller(polling.store);
    await poll();
    expect(here.teams.calls).toHaveLength(4);

    polling.calls.length = 0;
    here.teams.calls.length = 0;
    here.time.advance(10_000);
    await poll();
    expect(here.teams.calls).toHaveLength(4);
    expect(polling.calls).toEqual(['readHead', 'replaceHead']);

    const pulling = counting(here.presence);
    const reader = here.reader(pulling.store);
    const { snapshot } = await reader.read();
    expect(snapshot.summary(here.time.clock())).toMatchObject({ count: size, reachableCount: size });
    for (let pull = 0; pull < 3; pull += 1) {
      pulling.calls.length = 0;
      here.time.advance(500);
      await Promise.all(Array.from({ length: 20 }, () => reader.read()));
      expect(pulling.calls).toEqual(['readHead']);
    }
    pulling.calls.length = 0;
    here.time.advance(249);
    await reader.read();
    expect(pulling.calls).toEqual([]);
  });
});

test('each changed shard costs one request to the tables, from the first cycle on and after a sync', async () => {
  const client = freshTable();
  const presenceStore = tablePresenceStore(client);
  const here = world({ presence: presenceStore }, SHARD_SIZE);
  await here.map(TEAM);
  const poll = here.poller();
  let requests = 0;
  client.pipeline.addPolicy({
    name: 'count',
    sendRequest(request, next) {
      requests += 1;
      return next(request);
    },
  });
  const counts: number[] = [];
  for (const shown of ['Busy', 'Away', 'Available']) {
    for (const index of [1, 2, 3]) here.teams.shown.set(guid(index), presence(shown));
    here.time.advance(10_000);
    requests = 0;
    await poll();
    counts.push(requests);
  }
  // The head is read and written once; the first cycle records the agents and rules as current beside it.
  expect(counts).toEqual([4, 4, 4]);
});

test('a document that is gone is read anew by whoever asks, although nothing failed', async () => {
  const here = world({}, SHARD_SIZE);
  await here.map(TEAM);
  await here.poller()();
  here.time.advance(2_000);
  const stored = await here.presence.readHead();
  if (stored === undefined) throw new Error('no head');
  await here.presence.removeDocuments(documentKeys(stored.head));
  expect(await here.coldRules()).toEqual({ 1001: 'never-seen', 1002: 'never-seen', 1003: 'never-seen' });
  const { result } = await here.pollerOf()(here.log, { isTimer: false, isHealing: false, isWanted: () => true });
  expect(result).toBe('complete');
  expect(await here.coldRules()).toEqual(AVAILABLE);
});

test('of many people the timer reads nobody right after they were read for those who ask, and says that it ran', async () => {
  const here = world({}, 1);
  await here.map(Array.from({ length: 25 }, (_, index) => agent(index)));
  const poll = here.poller();
  await poll();
  here.time.advance(10_000);
  await here.pollerOf()(here.log, { isTimer: false, isHealing: false, isWanted: () => true });
  const before = here.teams.calls.length;
  here.time.advance(999);
  here.events.length = 0;
  await poll();
  expect(here.teams.calls.length).toBe(before);
  const stored = await here.presence.readHead();
  expect(stored?.head.report.timerAt).toBe(here.time.clock());
  expect(here.events.map(([name, { requests }]) => [name, requests])).toEqual([['poll.succeeded', 0]]);
  here.time.advance(1);
  await poll();
  expect(here.teams.calls.length).toBe(before + 25);
});
