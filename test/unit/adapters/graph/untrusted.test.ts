import { expect, test } from 'vitest';
import { textOf } from '../../../../shared/adapters/graph/untrusted.ts';

test.each([
  [' Anna ', 'Anna'],
  ['', ''],
  [7, ''],
  [null, ''],
  [undefined, ''],
  [{}, ''],
])('%j is the text %j', (value, text) => {
  expect(textOf(value)).toBe(text);
});
