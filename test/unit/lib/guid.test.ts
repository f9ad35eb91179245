import { expect, test } from 'vitest';
import { GUID } from '../../../shared/lib/guid.ts';

test.each([
  ['9E107D9D-3725-4a6f-8c1f-0123456789ab', true],
  ['9e107d9d37254a6f8c1f0123456789ab', false],
  ['{9e107d9d-3725-4a6f-8c1f-0123456789ab}', false],
  ['9e107d9d-3725-4a6f-8c1f-0123456789ab\n', false],
  ['9e107d9d-3725-4a6f-8c1f-0123456789ag', false],
  ['', false],
])('%j is one: %s', (text, isOne) => {
  expect(GUID.test(text)).toBe(isOne);
});
