import type { Sleep } from './clock.ts';
import { withTimeout } from './withTimeout.ts';

/** Work that hands over each item as soon as it has it, and ends when there is no other. */
export type Work<T> = (add: (item: T) => void) => Promise<unknown>;

/**
 * What a work hands over, in batches: everything together when it ends in time, else after each `patienceMs` what there
 * is by then. An empty batch comes only from a work without any item.
 * @throws what the work throws
 */
export async function* inBatches<T>(
  work: Work<T>,
  patienceMs: number,
  sleep: Sleep,
): AsyncGenerator<readonly T[], void> {
  let batch: T[] = [];
  let arrival = Promise.withResolvers<void>();
  let given = 0;
  let isOver = false;
  const end = work(item => {
    batch.push(item);
    arrival.resolve();
  }).finally(() => {
    isOver = true;
  });
  // Between two batches nobody waits for it; the next one hears of a failure.
  end.catch(() => undefined);
  while (!isOver) {
    await withTimeout<unknown>(patienceMs, sleep, end, () => undefined);
    await Promise.race([end, arrival.promise]);
    if (isOver) break;
    const full = batch;
    batch = [];
    arrival = Promise.withResolvers();
    given += full.length;
    yield full;
  }
  await end;
  if (batch.length > 0 || given === 0) yield batch;
}
