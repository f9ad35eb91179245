import { expect, test } from 'vitest';
import { cleanText, comparable } from '../../../shared/lib/cleanText.ts';

test('text is compared as a person would', () => {
  expect(cleanText(' Jo\u0308rg\u200b\u00a0Müller\ufeff ')).toBe('Jörg Müller');
  expect(comparable('SÜD ')).toBe(comparable('\u202asu\u0308d\u202c'));
});
