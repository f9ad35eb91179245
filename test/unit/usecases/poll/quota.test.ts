import { expect, test } from 'vitest';
import { NO_REPORT, newHead, shardStatus } from '../../../../shared/domain/snapshot/head.ts';
import { isTimersTurn, spacingMs } from '../../../../shared/usecases/poll/quota.ts';

const NOW = 1_800_000_000_000;
/** A head with so many shards, whose last poll was so long ago and took so many requests. */
function headOf(shards: number, requests: number, agoMs = 0) {
  const empty = newHead('epoch');
  const statuses = Array.from({ length: shards }, (_, shard) => shardStatus(empty, shard));
  return {
    ...empty,
    shards: statuses,
    report: { ...NO_REPORT, requests, attemptedAt: NOW - agoMs, succeededAt: NOW - agoMs },
  };
}

test.each([
  [1, 1, 40],
  [77, 77, 3_080],
  // Somebody's id was looked for.
  [1, 21, 840],
  [25, 500, 20_000],
  // What stands there may have been altered.
  [1, 1_000_000_000, 30_000],
])('of %i shards and %i requests the next poll comes after %i ms', (shards, requests, spacing) => {
  expect(spacingMs(headOf(shards, requests))).toBe(spacing);
});

test('few people are read whenever the timer runs, many not right after they were read', () => {
  expect(isTimersTurn(headOf(8, 8), NOW)).toBe(true);
  expect(isTimersTurn(headOf(77, 77, 3_079), NOW)).toBe(false);
  expect(isTimersTurn(headOf(77, 77, 3_080), NOW)).toBe(true);
  // Who could not be read is tried again, and a run of its own is followed by the next.
  for (const changes of [{ succeededAt: NOW - 60_000 }, { timerAt: NOW }]) {
    const head = headOf(77, 77);
    expect(isTimersTurn({ ...head, report: { ...head.report, ...changes } }, NOW)).toBe(true);
  }
  // A moment that a wrong clock wrote keeps nobody unread.
  expect(isTimersTurn(headOf(77, 77, -86_400_000), NOW)).toBe(true);
});
