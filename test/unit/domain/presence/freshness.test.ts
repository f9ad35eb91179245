import { expect, test } from 'vitest';
import {
  ageSeconds,
  believedWait,
  credible,
  freshnessOf,
  isFromFuture,
  LONGEST_WAIT_OF_GRAPH_MS,
  UNKNOWN_AGE_SECONDS,
} from '../../../../shared/domain/presence/freshness.ts';
import { LIMITS } from '../../../support/world.ts';

const NOW = Date.UTC(2026, 10, 23);

test.each([
  [NOW, 0],
  [NOW - 999, 0],
  [NOW - 1_000, 1],
  [NOW + 1_500, 0],
  [0, UNKNOWN_AGE_SECONDS],
  [1, UNKNOWN_AGE_SECONDS],
])('what was checked at %i is %i seconds old', (checkedAt, seconds) => {
  expect(ageSeconds(checkedAt, NOW)).toBe(seconds);
});

test.each([
  [NOW - LIMITS.staleAfterMs, 'fresh'],
  [NOW - LIMITS.staleAfterMs - 1, 'stale'],
  [NOW - LIMITS.unknownAfterMs, 'stale'],
  [NOW - LIMITS.unknownAfterMs - 1, 'unknown'],
  [NOW + 2_000, 'fresh'],
  [NOW + 2_001, 'unknown'],
  [0, 'unknown'],
])('what was checked at %i is %s', (checkedAt, expected) => {
  expect(freshnessOf(checkedAt, NOW, LIMITS)).toBe(expected);
});

test('two clocks may be two seconds apart; what lies further ahead counts as never', () => {
  expect([isFromFuture(NOW + 2_000, NOW), isFromFuture(NOW + 2_001, NOW)]).toEqual([false, true]);
  expect([credible(NOW + 2_000, NOW), credible(NOW + 2_001, NOW)]).toEqual([NOW + 2_000, 0]);
});

test('no wait is believed that is longer than Graph may ask for', () => {
  const longest = NOW + LONGEST_WAIT_OF_GRAPH_MS;
  expect([believedWait(longest, NOW), believedWait(longest + 86_400_000, NOW)]).toEqual([longest, 0]);
});
