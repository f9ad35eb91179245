import { expect, test } from 'vitest';
import { isCredible, isKey, LAST_REVISION } from '../../../../shared/adapters/tables/bounds.ts';

test.each([
  [0, true],
  [10, true],
  [11, false],
  [-1, false],
  [1.5, false],
  [Number.NaN, false],
  ['5', false],
  [undefined, false],
])('%j is a number that we may have written: %s', (value, credible) => {
  expect(isCredible(value, 10)).toBe(credible);
});

test('the last revision has ten digits as clients get it', () => {
  expect((LAST_REVISION + 1).toString(36)).toBe('z'.repeat(10));
});

test.each([
  ['g0000000001-ab_C', true],
  ['', false],
  ['a/b', false],
  ["a'b", false],
  ['x'.repeat(65), false],
])('%j is a key: %s', (text, isOne) => {
  expect(isKey(text)).toBe(isOne);
});
