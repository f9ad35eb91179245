import { expect, test, vi } from 'vitest';
import { singleFlight } from '../../../shared/lib/singleFlight.ts';

test('callers share the work that is under way, and the next one starts anew', async () => {
  const work = vi.fn(async (input: number) => input);
  const shared = singleFlight(work);
  expect(await Promise.all([shared(1), shared(2)])).toEqual([1, 1]);
  expect(await shared(3)).toBe(3);
  expect(work).toHaveBeenCalledTimes(2);
});

test('a fault is shared too, and not kept', async () => {
  const work = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new Error('out')).mockResolvedValue('well');
  const shared = singleFlight(work);
  expect((await Promise.allSettled([shared(), shared()])).map(({ status }) => status)).toEqual([
    'rejected',
    'rejected',
  ]);
  expect(await shared()).toBe('well');
});
