import { expect, test } from 'vitest';
import { plainAddress } from '../../../shared/lib/plainAddress.ts';

test('an origin stays one, with its port', () => {
  expect(plainAddress('https://vault.azure.net')?.origin).toBe('https://vault.azure.net');
  expect(plainAddress('https://localhost:8443/')?.origin).toBe('https://localhost:8443');
});

test.each([
  'http://vault.azure.net',
  'vault.azure.net',
  'https://user@vault.azure.net',
  'https://u:p@vault.azure.net',
  'https://vault.azure.net/path',
  'https://vault.azure.net/?sig=secret',
  'https://vault.azure.net/#part',
  '',
])('%j says more, or is no address', text => {
  expect(plainAddress(text)).toBeUndefined();
});
