import type { Sleep } from './clock.ts';

/**
 * The outcome of work if it comes in time, else what `late` says; the work goes on.
 * @param late may throw instead
 */
export function withTimeout<T>(ms: number, sleep: Sleep, work: Promise<T>, late: () => T): Promise<T> {
  const over = new AbortController();
  const timeout = sleep(ms, over.signal).then(late, () => work);
  return Promise.race([work, timeout]).finally(() => over.abort());
}
