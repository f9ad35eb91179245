import { describe, expect, test } from 'vitest';
import { tablePollLease } from '../../../shared/adapters/tables/tablePollLease.ts';
import { manualClock } from '../../support/clock.ts';
import { memoryPollLease } from '../../support/memoryPollLease.ts';
import { freshTable } from '../../support/stores.ts';

describe.each([
  ['memory', memoryPollLease],
  ['Table Storage', (clock: () => number) => tablePollLease(freshTable(), clock)],
] as const)('the lease in %s', (_name, create) => {
  test('has one holder until its time is over', async () => {
    const time = manualClock();
    const lease = create(time.clock);
    expect([await lease.take(15_000), await lease.take(15_000)]).toEqual([true, false]);
    time.advance(15_000);
    expect([await lease.take(15_000), await lease.take(15_000)]).toEqual([true, false]);
  });

  test('is free as soon as it is given back, and others’ leases stay', async () => {
    const time = manualClock();
    const lease = create(time.clock);
    for (let turn = 0; turn < 3; turn += 1) {
      expect([await lease.take(15_000), await lease.take(15_000)]).toEqual([true, false]);
      await lease.release();
    }
    expect(await lease.take(15_000)).toBe(true);
  });

  test('of many who take it at once one has it', async () => {
    const time = manualClock();
    const lease = create(time.clock);
    await lease.take(1);
    time.advance(1_000);
    const taken = await Promise.all(Array.from({ length: 8 }, () => lease.take(15_000)));
    expect(taken.filter(Boolean)).toHaveLength(1);
  });

  test('lasts longer when it is extended', async () => {
    const time = manualClock();
    const lease = create(time.clock);
    await lease.take(6_000);
    time.advance(4_000);
    await lease.extend(6_000);
    time.advance(5_999);
    expect(await lease.take(6_000)).toBe(false);
    time.advance(1);
    expect(await lease.take(6_000)).toBe(true);
  });

  test('that was given back is not extended', async () => {
    const time = manualClock();
    const lease = create(time.clock);
    await lease.take(6_000);
    await lease.release();
    await lease.extend(6_000);
    expect(await lease.take(6_000)).toBe(true);
  });

  test('that a clock of tomorrow took holds nobody up', async () => {
    const time = manualClock();
    const lease = create(time.clock);
    time.advance(86_400_000);
    await lease.take(15_000);
    time.advance(-86_400_000);
    expect(await lease.take(15_000)).toBe(true);
  });
});

test('a lease in Table Storage that another one has taken over stays with that one', async () => {
  const time = manualClock();
  const table = freshTable();
  const [slow, other] = [tablePollLease(table, time.clock), tablePollLease(table, time.clock)];
  await slow.take(6_000);
  time.advance(6_000);
  expect(await other.take(6_000)).toBe(true);
  await slow.extend(60_000);
  time.advance(6_000);
  expect(await other.take(6_000)).toBe(true);
});
