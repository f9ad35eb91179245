import { setImmediate } from 'node:timers/promises';

interface Event {
  readonly at: number;
  readonly order: number;
  readonly happen: () => void;
}

/** Numbers that look random and follow from the seed (mulberry32). */
export function randomOf(seed: number) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    /** A whole number from 0 on, below the limit. */
    below: (limit: number) => Math.floor(next() * limit),
    /** True once in so many times. */
    oneIn: (times: number) => next() * times < 1,
    pick: <T>(values: readonly T[]): T => values[Math.floor(next() * values.length)] as T,
  };
}

export type Random = ReturnType<typeof randomOf>;

/** Time that passes only when nothing else is left to do: everything that waits, waits for it. */
export function virtualTime(start: number) {
  let now = start;
  let order = 0;
  const events: Event[] = [];

  function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      order += 1;
      const event: Event = { at: now + Math.max(0, ms), order, happen: resolve };
      events.push(event);
      signal?.addEventListener('abort', () => {
        const index = events.indexOf(event);
        if (index >= 0) events.splice(index, 1);
        reject(signal.reason);
      });
    });
  }

  /** The event that comes next; of two at the same time the one that was wanted first. */
  function takeFirst(until: number): Event | undefined {
    let first: Event | undefined;
    for (const event of events) {
      if (event.at <= until && (first === undefined || event.at < first.at)) first = event;
    }
    if (first !== undefined) events.splice(events.indexOf(first), 1);
    return first;
  }

  return {
    now: () => now,
    sleep,
    /** Lets so much time pass, with everything that happens in it. */
    async pass(ms: number): Promise<void> {
      const until = now + ms;
      for (;;) {
        await setImmediate();
        const event = takeFirst(until);
        if (event === undefined) break;
        now = event.at;
        event.happen();
      }
      now = until;
    },
  };
}
