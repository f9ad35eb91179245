import type { Clock, Monotonic, Sleep } from '../../shared/lib/clock.ts';

/**
 * A clock that moves only when it is told to, and a sleep that moves it. Time itself never goes back: `set` makes the
 * clock wrong, `advance` lets time pass.
 */
export function manualClock(start = Date.UTC(2026, 10, 23, 8, 0, 0)) {
  let now = start;
  let passed = 0;
  const slept: number[] = [];
  const clock: Clock = () => now;
  const monotonic: Monotonic = () => passed;
  const sleep: Sleep = async ms => {
    slept.push(ms);
    now += ms;
    passed += ms;
  };
  return {
    clock,
    monotonic,
    sleep,
    slept,
    advance(ms: number) {
      now += ms;
      passed += ms;
    },
    set(ms: number) {
      now = ms;
    },
  };
}

/** A sleep that never wakes by itself, for waits that a test does not want to end. */
export const sleepForever: Sleep = (_ms, signal) =>
  new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(new Error('woken')));
  });
