import { expect, test } from 'vitest';
import { chunk } from '../../../shared/lib/chunk.ts';

test('parts keep the order, and the last one holds the rest', () => {
  expect(chunk([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  expect(chunk([1, 2], 2)).toEqual([[1, 2]]);
  expect(chunk([], 2)).toEqual([]);
});
