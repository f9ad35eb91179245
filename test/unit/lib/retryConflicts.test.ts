import { expect, test, vi } from 'vitest';
import { StoreConflictError, StoreUnavailableError } from '../../../shared/errors/errors.ts';
import { retryConflicts } from '../../../shared/lib/retryConflicts.ts';

test('work that loses is repeated, and told which attempt it is', async () => {
  const work = vi.fn(async (attempt: number) => {
    if (attempt < 3) throw new StoreConflictError('Lost.');
    return attempt;
  });
  expect(await retryConflicts(5, work)).toBe(3);
  expect(work.mock.calls).toEqual([[1], [2], [3]]);
});

test('the last loss is thrown, any other error at once', async () => {
  const losing = vi.fn(async () => Promise.reject(new StoreConflictError('Lost.')));
  await expect(retryConflicts(2, losing)).rejects.toThrow('Lost.');
  expect(losing).toHaveBeenCalledTimes(2);
  const out = vi.fn(async () => Promise.reject(new StoreUnavailableError('Out.')));
  await expect(retryConflicts(2, out)).rejects.toThrow('Out.');
  expect(out).toHaveBeenCalledTimes(1);
});
