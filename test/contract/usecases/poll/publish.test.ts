import { describe, expect, test } from 'vitest';
import type { PresenceStore } from '../../../../shared/ports/presenceStore.ts';
import { agent, guid, presence } from '../../../support/builders.ts';
import { ADAPTERS, killedAt, watched } from '../../../support/stores.ts';
import { world } from '../../../support/world.ts';

/** Three people in two shards. */
const TEAM = [agent(1), agent(2), agent(3, { shard: 1 })];
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
    const here = world(create());
    await here.map(TEAM);
    return here;
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
    expect((await here.presence.readHead())?.head.shards[0]?.checkedAt).toBe(here.time.clock());
  });

  test('a cycle with changes writes the shard they are in and no other', async () => {
    const here = await start();
    const { store, calls } = counting(here.presence);
    const poll = here.poller(store);
    await poll();
    const before = (await here.presence.readHead())?.head;
    calls.length = 0;
    here.teams.shown.set(guid(3), busy('2'));
    here.time.advance(10_000);
    await poll();
    const after = (await here.presence.readHead())?.head;
    expect(calls).toEqual(['readHead', 'replaceHead', 'writeRows', 'replaceHead']);
    expect(after?.shards[0]?.revision).toBe(before?.shards[0]?.revision);
    expect(after?.shards[1]?.revision).toBe((before?.revision ?? 0) + 1);
    expect(await here.coldRules()).toEqual({ ...AVAILABLE, 1003: 'in-a-call' });
  });

  test('a change of spelling or of the version stamp alone writes no row', async () => {
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

  test('two pollers at once lose nothing', async () => {
    const here = await start();
    const [one, other] = [here.poller(), here.poller()];
    let revision = 0;
    for (let cycle = 0; cycle < 4; cycle += 1) {
      here.time.advance(10_000);
      here.teams.shown.set(guid(1 + (cycle % 3)), cycle % 2 === 0 ? busy(String(cycle)) : presence('Away'));
      await Promise.all([one(), other()]);
      const head = (await here.presence.readHead())?.head;
      expect(head?.revision).toBeGreaterThan(revision);
      expect(head?.writing).toBe('');
      revision = head?.revision ?? 0;
    }
    expect(await here.coldRules()).toEqual({ 1001: 'away', 1002: 'away', 1003: 'in-a-call' });
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
    for (let at = 1; at <= 7; at += 1) {
      const here = await start();
      const warm = here.reader();
      const survivor = here.poller();
      await survivor();
      await warm.read();
      const before = (await here.presence.readHead())?.head.revision ?? 0;

      here.time.advance(10_000);
      here.teams.shown.set(guid(1), busy('2'));
      here.teams.shown.set(guid(3), busy('2'));
      const dying = here.poller(killedAt(here.presence, at, effect));
      await dying().catch(() => undefined);

      // Teams says again what the survivor remembers: it must not take the dead one's rows for its own.
      here.time.advance(10_000);
      here.teams.shown.set(guid(1), presence('Available', 'Available', { sequence: '3' }));
      await survivor();
      const head = (await here.presence.readHead())?.head;
      expect(head?.writing, `killed ${effect} call ${at}`).toBe('');
      expect(head?.revision).toBeGreaterThan(before);
      const expected = { ...AVAILABLE, 1003: 'in-a-call' };
      expect(await here.coldRules(), `killed ${effect} call ${at}, cold`).toEqual(expected);
      const { view } = await warm.read();
      const rules = Object.fromEntries(view.entries.map(({ record }) => [record.agentId, record.rule]));
      expect(rules, `killed ${effect} call ${at}, warm`).toEqual(expected);
    }
  });

  test('rows of a dead process are published under a new revision, also by a process that remembers nothing', async () => {
    const here = await start();
    await here.poller()();
    here.time.advance(10_000);
    here.teams.shown.set(guid(1), busy('2'));
    // Read head, announce, write rows - and no more.
    await here
      .poller(killedAt(here.presence, 6, 'before'))()
      .catch(() => undefined);
    const left = (await here.presence.readHead())?.head;
    expect(left?.writing).not.toBe('');
    expect((await here.presence.readShard(0)).rows.some(({ revision }) => revision > (left?.revision ?? 0))).toBe(true);

    here.time.advance(10_000);
    await here.poller()();
    const head = (await here.presence.readHead())?.head;
    const highest = Math.max(...(await here.presence.readShard(0)).rows.map(({ revision }) => revision));
    expect(head?.revision).toBeGreaterThan(highest);
    expect(head?.shards.map(({ revision }) => revision)).toEqual([head?.revision, head?.revision]);
    expect(head?.deltasSince).toBe(head?.revision);
  });

  test.each([
    ['changed', presence('Away', 'Away', { sequence: '3' }), 'away'],
    ['confirmed', presence('Available', 'Available', { sequence: '3' }), 'available'],
  ] as const)(
    'a poller that was only slow writes no more once another took over and %s',
    async (_case, later, rule) => {
      const here = await start();
      await here.poller()();
      const reached = gate();
      const held = gate();
      const slow = here.poller(
        watched(here.presence, async ({ method }) => {
          if (method !== 'writeRows') return;
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
      expect((await here.presence.readHead())?.head.writing).toBe('');
    },
  );

  test('the rows of people for whom no agent stands any more are deleted', async () => {
    const here = await start();
    const poll = here.poller();
    await poll();
    await here.map([agent(1)], 'g0000000002-test');
    here.time.advance(10_000);
    await poll();
    expect((await here.presence.readShard(0)).rows.map(({ userId }) => userId)).toEqual([guid(1)]);
    expect((await here.presence.readShard(1)).rows).toEqual([]);
    expect((await here.presence.readHead())?.head.shards).toHaveLength(1);
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

  test.each([
    ['minutes', 3_600_000],
    ['a little', 1_500],
  ])('a clock that is %s ahead blocks nobody and makes nothing look fresh for long', async (_case, ahead) => {
    const here = await start();
    here.time.advance(ahead);
    await here.poller()();
    here.time.advance(-ahead);
    const reader = here.reader();
    const rules = async () =>
      Object.fromEntries((await reader.read()).view.entries.map(({ record }) => [record.agentId, record.rule]));
    expect(await rules()).toEqual(ahead > 2_000 ? { 1001: 'stale', 1002: 'stale', 1003: 'stale' } : AVAILABLE);
    here.time.advance(10_000);
    here.teams.shown.set(guid(1), busy('2'));
    await here.poller()();
    expect(await rules()).toEqual({ ...AVAILABLE, 1001: 'in-a-call' });
  });

  test('a generation whose rows are lost: those recorded as current are read, as many as are left', async () => {
    const here = await start();
    await here.poller()();
    const stored = await here.presence.readHead();
    if (stored === undefined) throw new Error('no head');
    await here.presence.replaceHead({ ...stored.head, agents: { id: 'g0000000000-lost', count: 7 } }, stored.etag);
    here.time.advance(10_000);
    expect(await here.coldRules()).toEqual(AVAILABLE);
    await here.poller()();
    expect((await here.presence.readHead())?.head.agents).toEqual({ id: 'g0000000001-test', count: 3 });
    expect(await here.coldRules()).toEqual(AVAILABLE);
  });

  test('5,000 agents: 8 requests a cycle, a quiet cycle is the head alone, and so is a pull', async () => {
    const here = world(create());
    const size = 5_000;
    await here.map(Array.from({ length: size }, (_, index) => agent(index, { shard: Math.floor(index / 650) })));
    const polling = counting(here.presence);
    const poll = here.poller(polling.store);
    await poll();
    expect(here.teams.calls).toHaveLength(8);

    polling.calls.length = 0;
    here.teams.calls.length = 0;
    here.time.advance(10_000);
    await poll();
    expect(here.teams.calls).toHaveLength(8);
    expect(polling.calls).toEqual(['readHead', 'replaceHead']);

    const pulling = counting(here.presence);
    const reader = here.reader(pulling.store);
    expect((await reader.read()).view.summary()).toMatchObject({ count: size, reachableCount: size });
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
