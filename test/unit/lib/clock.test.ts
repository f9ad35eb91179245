import { expect, test } from 'vitest';
import { LAST_MOMENT, systemTime } from '../../../shared/lib/clock.ts';

test('the time of this machine never steps back, and a sleep can be ended', async () => {
  const { clock, monotonic, sleep } = systemTime;
  const before = monotonic();
  await sleep(1);
  expect(monotonic()).toBeGreaterThan(before);
  expect(Math.abs(clock() - Date.now())).toBeLessThan(60_000);
  await expect(sleep(60_000, AbortSignal.abort())).rejects.toThrow();
});

test('no date lies behind the last moment', () => {
  expect(Number.isNaN(new Date(LAST_MOMENT).getTime())).toBe(false);
  expect(Number.isNaN(new Date(LAST_MOMENT + 1).getTime())).toBe(true);
});
