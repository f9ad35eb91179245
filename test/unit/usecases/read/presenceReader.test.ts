import { describe, expect, test } from 'vitest';
import { StoreUnavailableError } from '../../../../shared/errors/errors.ts';
import type { PresenceStore } from '../../../../shared/ports/presenceStore.ts';
import { presenceReader } from '../../../../shared/usecases/read/presenceReader.ts';
import { rulesChanger } from '../../../../shared/usecases/rules/rulesChanger.ts';
import { agent, guid, presence } from '../../../support/builders.ts';
import { sleepForever } from '../../../support/clock.ts';
import { watched } from '../../../support/stores.ts';
import { LIMITS, world } from '../../../support/world.ts';

async function setUp() {
  const here = world({}, 1);
  await here.map([agent(1), agent(2)]);
  await here.poller()();
  const calls: string[] = [];
  let outage = false;
  const store: PresenceStore = watched(here.presence, ({ method }) => {
    calls.push(method);
    if (outage) throw new StoreUnavailableError('Table Storage cannot be reached.');
  });
  const reader = here.reader(store);
  const shown = async () =>
    Object.fromEntries((await reader.read()).snapshot.entries.map(({ record }) => [record.agentId, record.rule]));
  return { ...here, calls, reader, shown, fail: (value: boolean) => (outage = value) };
}

test('concurrent pulls share one reading of the head, and use it again for a while', async () => {
  const { reader, calls, time } = await setUp();
  await reader.read();
  calls.length = 0;
  time.advance(500);
  await Promise.all(Array.from({ length: 50 }, () => reader.read()));
  expect(calls).toEqual(['readHead']);
  time.advance(249);
  await reader.read();
  expect(calls).toEqual(['readHead']);
});

test('under a steady load nobody waits: the next reading begins before the last one is too old', async () => {
  const here = await setUp();
  await here.reader.read();
  here.time.advance(100);
  here.teams.shown.set(guid(2), presence('Busy', 'InACall'));
  await here.poller()();
  here.calls.length = 0;
  here.time.advance(150);
  expect(await here.shown()).toEqual({ 1001: 'available', 1002: 'available' });
  expect(here.calls[0]).toBe('readHead');
  await expect.poll(here.shown).toEqual({ 1001: 'available', 1002: 'in-a-call' });
  expect(here.calls).toEqual(['readHead', 'readDocument']);
});

test('a pull reads the head, and of the rows only the shards that moved', async () => {
  const { reader, calls, time, teams, poller, shown } = await setUp();
  const poll = poller();
  await reader.read();
  calls.length = 0;
  time.advance(10_000);
  teams.shown.set(guid(2), presence('Busy', 'InACall'));
  await poll();
  expect(await shown()).toEqual({ 1001: 'available', 1002: 'in-a-call' });
  expect(calls).toEqual(['readHead', 'readDocument']);
});

test('records whose person did not move are not made again', async () => {
  const { reader, time, teams, poller } = await setUp();
  const before = (await reader.read()).snapshot;
  time.advance(10_000);
  teams.shown.set(guid(2), presence('Away'));
  await poller()();
  const after = (await reader.read()).snapshot;
  expect(after.entries[0]).toBe(before.entries[0]);
  expect(after.entries[1]).not.toBe(before.entries[1]);
});

test('with polling dead, data becomes stale, then everybody is unknown', async () => {
  const { reader, time, shown } = await setUp();
  time.advance(60_000);
  expect((await reader.read()).snapshot.summary(time.clock())).toMatchObject({ stale: 0, reachableCount: 2 });
  time.advance(1_000);
  expect((await reader.read()).snapshot.summary(time.clock())).toMatchObject({ stale: 1, reachableCount: 2 });
  time.advance(60_000);
  expect(await shown()).toEqual({ 1001: 'stale', 1002: 'stale' });
  expect((await reader.read()).snapshot.summary(time.clock())).toMatchObject({ stale: 1, reachableCount: 0 });
});

test('agents that were replaced are gone within half a second', async () => {
  const { map, time, shown } = await setUp();
  expect(Object.keys(await shown())).toEqual(['1001', '1002']);
  await map([agent(2)], 'g0000000002-test');
  time.advance(500);
  expect(Object.keys(await shown())).toEqual(['1002']);
});

describe('with the tables out of reach', () => {
  test('a copy is answered, with its true age and the fault', async () => {
    const { reader, time, fail } = await setUp();
    const checkedAt = (await reader.read()).snapshot.summary(time.clock()).checkedAt;
    fail(true);
    time.advance(61_000);
    const { snapshot, fault } = await reader.read();
    expect(fault).toBeInstanceOf(StoreUnavailableError);
    expect(snapshot.summary(time.clock())).toMatchObject({ checkedAt, stale: 1 });
  });

  test('without a copy the fault is thrown', async () => {
    const { reader, fail } = await setUp();
    fail(true);
    await expect(reader.read()).rejects.toBeInstanceOf(StoreUnavailableError);
  });

  test('the tables are asked again after half a second, and a recovery is noticed', async () => {
    const { reader, time, fail, calls } = await setUp();
    fail(true);
    await reader.read().catch(() => undefined);
    await reader.read().catch(() => undefined);
    expect(calls).toEqual(['readHead']);
    fail(false);
    time.advance(500);
    expect((await reader.read()).fault).toBeUndefined();
  });

  test('nobody waits for ever for tables that hang, though there is no copy', async () => {
    const here = await setUp();
    let hang = false;
    const hanging = watched(here.presence, () => (hang ? new Promise<void>(() => undefined) : undefined));
    const reader = presenceReader({
      ...here,
      ...here.time,
      presence: hanging,
      sleep: async () => undefined,
      options: { limits: LIMITS, level: 'full' },
    });
    hang = true;
    await expect(reader.read()).rejects.toBeInstanceOf(StoreUnavailableError);
  });
});

test('before the first poll the agents are known, and never seen', async () => {
  const here = world();
  const generation = { id: 'g0000000001-test', count: 1, removalsSince: '' };
  await here.agents.write(generation, { agents: [agent(1)], tombstones: [] });
  await here.agents.markCurrent(generation);
  expect(await here.coldRules()).toEqual({ 1001: 'never-seen' });
});

test('rules that are replaced between the head and their reading are read again', async () => {
  const here = world();
  await here.map([agent(1)]);
  await here.poller()();
  const change = rulesChanger({ ...here, reader: here.reader(), clock: here.time.clock });
  const options = { dryRun: false, ifMatch: undefined };
  const only = (id: string) => JSON.stringify({ rules: [{ id, when: [{}], telStatus: 1, reachable: 0 }] });
  await change(only('first'), options);
  let replaced = false;
  const rules = {
    ...here.rules,
    async read(id: string) {
      if (!replaced) {
        replaced = true;
        await change(only('second'), options);
      }
      return here.rules.read(id);
    },
  };
  const reader = presenceReader({
    ...here,
    ...here.time,
    rules,
    sleep: sleepForever,
    options: { limits: LIMITS, level: 'full' },
  });
  const { snapshot } = await reader.read();
  expect([snapshot.rules.id, snapshot.entries[0]?.record.rule]).toEqual([snapshot.head.rules, 'second']);
});
