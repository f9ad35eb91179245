import { expect, test } from 'vitest';
import { normalize } from '../../../shared/lib/normalize.ts';

test.each([
  ['InACall', 'inacall'],
  ['In a call', 'inacall'],
  ['in-a-call\u200b', 'inacall'],
  ['Do Not Disturb', 'donotdisturb'],
  ['Ünterwegs 2', 'ünterwegs2'],
  ['—', ''],
])('%j is %j', (text, word) => {
  expect(normalize(text)).toBe(word);
});
