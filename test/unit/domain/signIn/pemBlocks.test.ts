import { expect, test } from 'vitest';
import { beginnings, pemBlocks, withoutEscapes } from '../../../../shared/domain/signIn/pemBlocks.ts';

const BODY = 'A'.repeat(70);
const block = (label: string, body = BODY) => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;

test('blocks come out in lines of 64 characters', () => {
  const [first, second] = pemBlocks(block('CERTIFICATE') + block('PRIVATE KEY'));
  expect(first?.pem).toBe(block('CERTIFICATE', `${'A'.repeat(64)}\n${'A'.repeat(6)}`));
  expect([first?.isEncrypted, second?.label, second?.base64]).toEqual([false, 'PRIVATE KEY', BODY]);
});

test.each([
  ['blanks for line ends', block('CERTIFICATE').replaceAll('\n', ' ')],
  ['escaped line ends', block('CERTIFICATE').replaceAll('\n', '\\n')],
  ['escaped twice', block('CERTIFICATE').replaceAll('\n', '\\\\r\\\\n')],
  ['quoted lines', block('CERTIFICATE').replaceAll('\n', '\n> ')],
  ['a label without its blank', block('CERTIFICATE').replaceAll('BEGIN C', 'BEGINC').replaceAll('END C', 'ENDC')],
  ['another name of the same', block('X509 CERTIFICATE')],
])('a block with %s is read', (_case, text) => {
  expect(pemBlocks(text).map(({ label, base64 }) => [label, base64])).toEqual([['CERTIFICATE', BODY]]);
});

test('a key that is encrypted says so, in the old form as well', () => {
  const old = block('RSA PRIVATE KEY', `Proc-Type: 4,ENCRYPTED\n${BODY}`);
  expect([block('ENCRYPTED PRIVATE KEY'), old].map(text => pemBlocks(text)[0]?.isEncrypted)).toEqual([true, true]);
});

test('a block that is cut is no block, but a beginning', () => {
  const cut = block('CERTIFICATE').slice(0, -10);
  expect([pemBlocks(cut).length, beginnings(cut), beginnings('')]).toEqual([0, 1, 0]);
});

test('line ends that were escaped are none', () => {
  expect(withoutEscapes('a\\nb\\\\r\\\\nc`nd&#10;e\\u000af')).toBe('abcdef');
});
