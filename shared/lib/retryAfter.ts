import type { Sleep } from './clock.ts';

interface RetryAfterOptions {
  readonly attempts: number;
  /** A longer wait is not worth it. */
  readonly longestWaitMs: number;
  /** How long to wait before work that failed so is repeated; undefined when that would be of no use. */
  readonly waitMs: (error: unknown) => number | undefined;
  readonly sleep: Sleep;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Repeats work as long as the other side says when to come again.
 * @throws what the last attempt threw; also when the signal ends the wait
 */
export async function retryAfter<T>(options: RetryAfterOptions, work: () => Promise<T>): Promise<T> {
  const { attempts, longestWaitMs, waitMs, sleep, signal } = options;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const wait = waitMs(error) ?? Number.POSITIVE_INFINITY;
      if (attempt === attempts || wait > longestWaitMs || signal?.aborted) throw error;
      await sleep(wait, signal).catch(() => {
        throw error;
      });
    }
  }
}
