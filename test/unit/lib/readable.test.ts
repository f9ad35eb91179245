import { expect, test } from 'vitest';
import { readable } from '../../../shared/lib/readable.ts';

test('a text is stored clean', () => {
  expect(readable.parse(' Na\u0308he\u200b ')).toBe('Nähe');
});

test.each([7, null, 'a\nb', 'a\u0085b', 'R\ufffdckruf', 'a\ud800b'])('%j is none', value => {
  expect(readable.safeParse(value).success).toBe(false);
});
