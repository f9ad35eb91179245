import { expect, test } from 'vitest';
import { cleanText, comparable, READABLE } from '../../../shared/lib/cleanText.ts';

test('text is compared as a person would', () => {
  expect(cleanText(' Jo\u0308rg\u200b\u00a0Müller\ufeff ')).toBe('Jörg Müller');
  expect(comparable('SÜD ')).toBe(comparable('\u202asu\u0308d\u202c'));
});

test.each(['\u200b', '\ufe0f', '\u034f', '\u3164', '\uffa0', '\u180b', '\u{e0100}'])(
  'nobody sees %j, so it does not count',
  sign => {
    expect(cleanText(`An${sign}na`)).toBe('Anna');
  },
);

test.each(['\u2028', '\u2029', '\u0085', '\u0000'])('%j within a text is refused', sign => {
  const [isReadable] = READABLE;
  expect(isReadable(`Anna${sign}Beck`)).toBe(false);
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
