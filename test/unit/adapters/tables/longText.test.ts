import { expect, test } from 'vitest';
import { joinText, splitText } from '../../../../shared/adapters/tables/longText.ts';

test.each([0, 1, 32_000, 32_001, 100_000])('a text of %i characters comes back', length => {
  const text = 'é'.repeat(length);
  const parts = splitText('part', text);
  expect(joinText('part', parts)).toBe(text);
  expect(Object.keys(parts)).toHaveLength(Math.ceil(length / 32_000));
});

test('what is merged into a row leaves nothing of a longer text behind', () => {
  const row = { ...splitText('part', 'x'.repeat(70_000), 3), ...splitText('part', 'short', 3) };
  expect(joinText('part', row)).toBe('short');
});

test('what is no text counts as nothing', () => {
  expect(joinText('part', { part00: 'a', part01: 7, part02: 'b', part04: 'd' })).toBe('ab');
});
