import { expect, test } from 'vitest';
import { tlsInspectionHint } from '../../../shared/lib/tlsInspection.ts';

test('an untrusted certificate is named with what to set', () => {
  expect(tlsInspectionHint('SELF_SIGNED_CERT_IN_CHAIN')).toContain('NODE_EXTRA_CA_CERTS');
  expect(tlsInspectionHint('ECONNREFUSED')).toBe('');
});
