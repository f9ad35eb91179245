import { expect, test } from 'vitest';
import { cleanText, comparable } from '../../../shared/lib/cleanText.ts';

test('text is compared as a person would', () => {
  expect(cleanText(' Jo\u0308rg\u200b\u00a0Müller\ufeff ')).toBe('Jörg Müller');
  expect(comparable('SÜD ')).toBe(comparable('\u202asu\u0308d\u202c'));
});

test.each([
  ['STRA\u1e9eE', 'Straße'],
  ['STRASSE', 'Straße'],
  ['\u0130ZM\u0130R', 'izmir'],
  ['\u0130zmir', 'IZMIR'],
  ['Café', 'CAFE\u0301'],
])('case does not count in %s and %s', (one, other) => {
  expect(comparable(one)).toBe(comparable(other));
});
