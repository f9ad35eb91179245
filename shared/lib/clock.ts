import { setTimeout } from 'node:timers/promises';

/** Milliseconds since 1970, UTC. It may be wrong, and it may step back: only what several processes share is told by it. */
export type Clock = () => number;

/** Milliseconds of a clock that never steps back; its values mean something within one process only. */
export type Monotonic = () => number;

/** Resolves after so many milliseconds, or rejects as soon as the signal aborts. */
export type Sleep = (ms: number, signal?: AbortSignal) => Promise<void>;

/** The passing of time, as a use case gets it: a test moves it by hand. */
export interface Time {
  readonly clock: Clock;
  readonly monotonic: Monotonic;
  readonly sleep: Sleep;
}

/** The time of this machine. */
export const systemTime: Time = {
  clock: Date.now,
  monotonic: () => performance.now(),
  sleep: (ms, signal) => setTimeout(ms, undefined, signal && { signal }),
};

/** The last instant that a date can hold, milliseconds since 1970. */
export const LAST_MOMENT = 8_640_000_000_000_000;
