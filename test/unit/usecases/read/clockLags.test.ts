import { expect, test } from 'vitest';
import { type Head, newHead, type ShardStatus, shardStatus } from '../../../../shared/domain/snapshot/head.ts';
import { clockLags } from '../../../../shared/usecases/read/clockLags.ts';
import { manualClock } from '../../../support/clock.ts';

const EMPTY = newHead('epoch');
const headOf = (...checkedAt: number[]): Head => {
  const shards = checkedAt.map((time): ShardStatus => ({ ...shardStatus(EMPTY, 0), checkedAt: time }));
  return { ...EMPTY, shards };
};

test('a clock that was set back lags until the shard is read again', () => {
  const time = manualClock();
  const lagsOf = clockLags(time.clock, time.monotonic);
  const read = time.clock();
  expect(lagsOf(headOf(read))).toEqual([0]);
  time.advance(40_000);
  time.set(time.clock() - 90_000);
  expect(lagsOf(headOf(read))).toEqual([90_000]);
  expect(lagsOf(headOf(time.clock()))).toEqual([0]);
});

test('people who are carried on unread in a rewritten shard, or in a new one, keep the lag', () => {
  const time = manualClock();
  const lagsOf = clockLags(time.clock, time.monotonic);
  const read = time.clock();
  lagsOf(headOf(read, read + 1));
  time.set(time.clock() - 90_000);
  time.advance(1_000);
  expect(lagsOf(headOf(0, read + 1, 0))).toEqual([90_000, 90_000, 90_000]);
  time.advance(10_000);
  expect(lagsOf(headOf(0, 0, 0))).toEqual([90_000, 90_000, 90_000]);
  expect(lagsOf(headOf(time.clock(), 0, time.clock()))).toEqual([0, 90_000, 0]);
});
