import { expect, test } from 'vitest';
import { retryAfter } from '../../../shared/lib/retryAfter.ts';
import { manualClock, sleepForever } from '../../support/clock.ts';

class Wait extends Error {
  readonly ms: number;

  constructor(ms: number) {
    super('Come again.');
    this.ms = ms;
  }
}

/** Work that fails as often as there are waits, and then succeeds. */
function workAfter(...waits: readonly number[]) {
  let done = 0;
  return {
    attempts: () => done,
    work: async () => {
      const wait = waits[done];
      done += 1;
      if (wait !== undefined) throw new Wait(wait);
      return 'done';
    },
  };
}

const patience = { attempts: 3, longestWaitMs: 3_000, waitMs: (error: unknown) => (error as Wait).ms };

test('work is repeated after the waits that are asked for', async () => {
  const { sleep, slept } = manualClock();
  expect(await retryAfter({ ...patience, sleep }, workAfter(2_000, 0).work)).toBe('done');
  expect(slept).toEqual([2_000, 0]);
});

test.each([
  ['too often', [1, 1, 1], 3],
  ['too long', [3_001], 1],
])('a wait that is asked for %s ends it', async (_case, waits, attempts) => {
  const { sleep } = manualClock();
  const failing = workAfter(...waits);
  await expect(retryAfter({ ...patience, sleep }, failing.work)).rejects.toBeInstanceOf(Wait);
  expect(failing.attempts()).toBe(attempts);
});

test('what no wait mends is not repeated', async () => {
  const { sleep } = manualClock();
  const failing = workAfter(1);
  await expect(retryAfter({ ...patience, waitMs: () => undefined, sleep }, failing.work)).rejects.toBeInstanceOf(Wait);
  expect(failing.attempts()).toBe(1);
});

test('a signal that ends the wait brings the failure, not the end of the wait', async () => {
  const ends = new AbortController();
  const work = retryAfter({ ...patience, sleep: sleepForever, signal: ends.signal }, workAfter(1).work);
  await new Promise(resolve => setImmediate(resolve));
  ends.abort();
  await expect(work).rejects.toBeInstanceOf(Wait);
});
