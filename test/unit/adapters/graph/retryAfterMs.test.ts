import { expect, test } from 'vitest';
import { retryAfterMs } from '../../../../shared/adapters/graph/retryAfterMs.ts';

test.each([
  ['7', 7_000],
  [' 0 ', 0],
  [3, 3_000],
  ['Mon, 23 Nov 2026 08:00:05 GMT', 5_000],
  ['Mon, 23 Nov 2026 07:00:00 GMT', 0],
  ['soon', undefined],
  ['-1', undefined],
  ['1.5', 2_000],
  ['0.2', 1_000],
  [2.1, 3_000],
  ['1.5.2', undefined],
  [undefined, undefined],
])('Retry-After %j is %j ms', (header, expected) => {
  expect(retryAfterMs(header, Date.UTC(2026, 10, 23, 8, 0, 0))).toBe(expected);
});
