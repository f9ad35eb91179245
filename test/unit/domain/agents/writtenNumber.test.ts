import { expect, test } from 'vitest';
import { looksLikeNumber, readWritten } from '../../../../shared/domain/agents/writtenNumber.ts';

test.each([
  ['+49 89 1234567', { plus: true, digits: '49891234567', extension: '' }],
  ['0049 89 1234567', { plus: true, digits: '49891234567', dialled: '0049891234567' }],
  ['+49 (0)89 1234567', { digits: '49891234567', withZero: '490891234567' }],
  ['(089) 1234567', { plus: false, digits: '0891234567', isNational: true }],
  ['089/1234567', { digits: '0891234567', firstGroup: '089' }],
  ['089 1234567 Durchwahl 12', { digits: '0891234567', extension: '12' }],
  ['tel:+49891234567;ext=12', { plus: true, digits: '49891234567', extension: '12' }],
  ['tel:12;phone-context=+49891234567', { plus: false, digits: '12' }],
  ['+49\u00a089\u20111234567', { digits: '49891234567' }],
  ['4711', { plus: false, digits: '4711' }],
])('%s is taken apart', (text, parts) => {
  expect(readWritten(text)).toMatchObject(parts);
});

test.each([
  ...['', 'call me', '4,98912E+11', '28.11.2026', '2026-11-28', '-1234567', '1'.repeat(61)],
  ...['089 1234567/089 7654321', '4711/12', '101-110', '089 1234567-11-12', '0-0171 1234567', '089-(11-19)', '¹²³'],
])('%j is no number, or two', text => {
  expect(readWritten(text)).toBeUndefined();
});

test.each([
  ['+49 89 1234567', true],
  ['0000', false],
  ['1'.repeat(16), false],
  ['Anna', false],
])('%s is written as a number is: %s', (text, looks) => {
  expect(looksLikeNumber(text)).toBe(looks);
});
