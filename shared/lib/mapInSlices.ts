import { setImmediate } from 'node:timers/promises';
import { chunk } from './chunk.ts';

/** Some milliseconds of work. */
const SLICE = 500;

/** Maps many items, and serves whoever waits after each slice of them: one long list must not keep all others waiting. */
export async function mapInSlices<T, R>(items: readonly T[], map: (item: T, index: number) => R): Promise<R[]> {
  const mapped: R[] = [];
  for (const slice of chunk(items, SLICE)) {
    if (mapped.length > 0) await setImmediate();
    for (const item of slice) mapped.push(map(item, mapped.length));
  }
  return mapped;
}
