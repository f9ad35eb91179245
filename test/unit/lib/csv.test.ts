import { expect, test } from 'vitest';
import { csvText, delimiterIn } from '../../../shared/lib/csv.ts';

test.each([
  ['DE', ';'],
  ['FR', ';'],
  ['BR', ';'],
  ['US', ','],
  ['GB', ','],
  ['JP', ','],
] as const)('a spreadsheet of %s divides cells by %s', (country, delimiter) => {
  expect(delimiterIn(country)).toBe(delimiter);
});

test('no cell is a formula, whatever it begins with, and quotes are doubled', () => {
  const text = csvText([{ id: '=1+1', name: 'a "b"\nc' }, { id: '@x' }], ['id', 'name'], 'DE');
  expect(text).toBe('\uFEFFid;name\r\n\'=1+1;"a ""b""\nc"\r\n\'@x;\r\n');
});
