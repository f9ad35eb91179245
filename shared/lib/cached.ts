import type { Monotonic, Sleep } from './clock.ts';
import { withTimeout } from './withTimeout.ts';

/**
 * What a value of some age is good for: `fresh` is given out as it is; `aging` too, while a newer one is loaded beside
 * it; `old` only when no newer one comes in time; `dead` never.
 */
type Rating = 'fresh' | 'aging' | 'old' | 'dead';

interface CachedOptions<T> {
  readonly load: () => Promise<T>;
  readonly rate: (value: T, ageMs: number) => Rating;
  readonly monotonic: Monotonic;
  /** Only with a patience. */
  readonly sleep?: Sleep;
  /** So long a load is waited for, by whoever comes first and by all together; without a limit until it ends. */
  readonly patienceMs?: number;
  /** So long a load is waited for while the last value can be given instead. */
  readonly servingPatienceMs?: number;
  /** What is thrown, or given as fault, when a load takes longer. */
  readonly tooLate?: () => Error;
  /** After a failed load none is tried for so long, if a value serves meanwhile. */
  readonly pauseMs?: number;
  /** After a failed load none is tried for so long while there is no value at all. */
  readonly emptyPauseMs?: number;
  /** Which failures leave the last value in force; all of them unless said otherwise. */
  readonly tolerates?: (error: unknown) => boolean;
}

interface Loaded<T> {
  readonly value: T;
  /** Why there is nothing newer; undefined when nothing newer is wanted. */
  readonly fault: unknown;
}

export interface Cached<T> {
  /**
   * The value, loaded if need be; callers share one load.
   * @param options `fresh`: only a load that begins after this call will do, unless it fails
   * @throws what the load threw, when no value may be given instead
   */
  get(options?: { readonly fresh?: boolean; readonly patienceMs?: number }): Promise<Loaded<T>>;
  /** The last value, whatever its age. */
  peek(): T | undefined;
  /** Makes this the value, as if it had just been loaded. */
  set(value: T): void;
  /** Forgets that the last load failed: the cause may be mended. */
  forgetFault(): void;
}

/** A rating by age alone: a newer value is loaded from one age on, and waited for from another. */
export function rateByAge(maxAgeMs: number, refreshAfterMs: number = maxAgeMs) {
  return (_value: unknown, ageMs: number): Rating => {
    if (ageMs < refreshAfterMs) return 'fresh';
    return ageMs < maxAgeMs ? 'aging' : 'old';
  };
}

/** Keeps the last value of something that is loaded, and lets it serve on while a newer one cannot be had. */
export function cached<T>(options: CachedOptions<T>): Cached<T> {
  const { load, rate, monotonic, sleep, pauseMs = 0, emptyPauseMs = 0, tolerates = () => true } = options;
  const { patienceMs: always = Number.POSITIVE_INFINITY, servingPatienceMs: serving = always } = options;
  /** `at` is when the load began: what was loaded may be as old as that. */
  let held: { readonly value: T; readonly at: number } | undefined;
  let failed: { readonly error: unknown; readonly at: number } | undefined;
  let running: { readonly work: Promise<void>; readonly at: number } | undefined;

  async function loadNow(at: number): Promise<void> {
    // What was set meanwhile is newer than whatever this load ends with.
    const isOvertaken = () => held !== undefined && held.at > at;
    try {
      const value = await load();
      if (isOvertaken()) return;
      held = { value, at };
      failed = undefined;
    } catch (error) {
      if (isOvertaken()) return;
      failed = { error, at: monotonic() };
      throw error;
    } finally {
      running = undefined;
    }
  }

  function start() {
    if (running !== undefined) return running;
    const at = monotonic();
    const started = { work: Promise.resolve().then(() => loadNow(at)), at };
    // Whoever waits hears of a failure; without anybody it is kept for the next caller.
    started.work.catch(() => undefined);
    running = started;
    return started;
  }

  const rating = (): Rating => (held === undefined ? 'dead' : rate(held.value, monotonic() - held.at));
  const isPausing = (empty: boolean) =>
    failed !== undefined && monotonic() - failed.at < (empty ? emptyPauseMs : pauseMs);

  /** A load that began before the caller came may bring something too old for it: then another one follows. */
  async function loadedSince(arrived: number, fresh: boolean): Promise<void> {
    for (;;) {
      const { work, at } = start();
      if (at >= arrived) return work;
      if (fresh) await work.catch(() => undefined);
      else {
        await work;
        if (rating() === 'fresh' || rating() === 'aging') return;
      }
    }
  }

  /** Nobody waits any more for the load that is under way. */
  const isAbandoned = (patienceMs: number) => running !== undefined && monotonic() - running.at >= patienceMs;
  const late = () => options.tooLate?.() ?? new Error('The load takes too long.');

  function last(error: unknown): Loaded<T> {
    if (held === undefined || rating() === 'dead' || !tolerates(error)) throw error;
    return { value: held.value, fault: error };
  }

  return {
    async get({ fresh = false, patienceMs = Number.POSITIVE_INFINITY } = {}) {
      const arrived = monotonic();
      const now = rating();
      const shared = Math.min(always, now === 'dead' ? Number.POSITIVE_INFINITY : serving);
      const patience = Math.min(patienceMs, shared);
      if (held !== undefined && !fresh && now !== 'dead') {
        // What failed for somebody who wanted it newer is tried again: its fault must not outlive what caused it.
        const wanted = (now !== 'fresh' || failed !== undefined) && !isPausing(false);
        if (now !== 'old' && wanted) start();
        if (now !== 'old' || !wanted) return { value: held.value, fault: failed?.error };
      }
      if (!fresh && now === 'dead' && failed !== undefined && isPausing(true)) throw failed.error;
      if (isAbandoned(shared)) return last(late());
      try {
        const work = loadedSince(arrived, fresh);
        await (patience === Number.POSITIVE_INFINITY || sleep === undefined
          ? work
          : withTimeout(patience, sleep, work, () => {
              throw late();
            }));
      } catch (error) {
        return last(error);
      }
      if (held === undefined) throw late();
      return { value: held.value, fault: undefined };
    },
    peek: () => held?.value,
    set(value) {
      held = { value, at: monotonic() };
      failed = undefined;
    },
    forgetFault() {
      failed = undefined;
    },
  };
}
