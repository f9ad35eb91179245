import { expect, test } from 'vitest';
import {
  claimed,
  judgeApplication,
  judgeAttempt,
  NO_RECORD,
  REFUSAL_RETRY_MS,
  refusalCode,
  refused,
  succeeded,
} from '../../../../shared/domain/signIn/attemptPolicy.ts';
import { credentials } from '../../../support/builders.ts';

const NOW = Date.UTC(2026, 10, 23);
const WRONG = 50126;
const OWN = credentials();
/** The same password, or another one, in other credentials. */
const stored = (version: string, passwordVersion = '1') => credentials({ version, passwordVersion });

test('without a record, and after a success, a password may be tried', () => {
  expect(judgeAttempt(NO_RECORD, OWN, NOW)).toBe('try');
  expect(judgeAttempt(succeeded(refused(NO_RECORD, OWN, NOW, 50076), OWN, NOW), OWN, NOW)).toBe('try');
});

test('who claims is waited for a minute', () => {
  const record = claimed(NO_RECORD, OWN, NOW);
  expect([judgeAttempt(record, OWN, NOW + 59_999), judgeAttempt(record, OWN, NOW + 60_000)]).toEqual(['wait', 'try']);
  expect(judgeAttempt(claimed(NO_RECORD, OWN, NOW + 86_400_000), OWN, NOW)).toBe('try');
});

test('a wrong password is never tried again, whatever else is stored or recorded since', () => {
  let record = refused(NO_RECORD, OWN, NOW, WRONG);
  expect(judgeAttempt(record, stored('2'), NOW + 10 * REFUSAL_RETRY_MS)).toBe('refused');
  record = succeeded(refused(record, stored('3', '2'), NOW, WRONG), stored('4', '3'), NOW);
  for (const passwordVersion of ['1', '2']) {
    expect(judgeAttempt(record, stored('9', passwordVersion), NOW)).toBe('refused');
    expect(refusalCode(record, stored('9', passwordVersion))).toBe(WRONG);
  }
  expect(judgeAttempt(record, stored('9', '4'), NOW)).toBe('try');
});

test('any other refusal of the user is tried again after an hour, or with what is stored anew', () => {
  const record = refused(NO_RECORD, OWN, NOW, 50076);
  expect(judgeAttempt(record, OWN, NOW + REFUSAL_RETRY_MS - 1)).toBe('refused');
  expect(judgeAttempt(record, OWN, NOW + REFUSAL_RETRY_MS)).toBe('try');
  expect(judgeAttempt(record, stored('2'), NOW)).toBe('try');
  expect(refusalCode(record, OWN)).toBe(50076);
});

test('a refusal of the application is tried again after 5, 10, 20, then every 30 seconds', () => {
  let record = NO_RECORD;
  const waits = [5_000, 10_000, 20_000, 30_000, 30_000].map(wait => {
    record = refused(record, OWN, NOW, 7000215);
    return [
      judgeApplication(record, OWN, NOW + wait - 1),
      judgeApplication(record, OWN, NOW + wait),
      judgeAttempt(record, OWN, NOW + wait),
    ].join();
  });
  expect(new Set(waits)).toEqual(new Set(['refused,try,try']));
});
