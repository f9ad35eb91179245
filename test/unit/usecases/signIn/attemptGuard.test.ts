import { expect, test } from 'vitest';
import { refusal } from '../../../../shared/domain/signIn/aadsts.ts';
import type { Credentials } from '../../../../shared/domain/signIn/credentials.ts';
import { ledgerGuard } from '../../../../shared/usecases/signIn/attemptGuard.ts';
import { memorySignInLedger } from '../../../support/memorySignInLedger.ts';

const HOUR_MS = 3_600_000;
const CYCLE_MS = 10_000;

test.each([
  [50053, 0],
  [50053, -HOUR_MS],
  [50076, HOUR_MS],
  [65001, -2 * HOUR_MS],
])('AADSTS%i is tried once an hour and instance, however far the clocks are apart', async (aadsts, skew) => {
  const ledger = memorySignInLedger();
  const credentials = { version: '1', passwordVersion: 'p1' } as Credentials;
  let now = 10 * HOUR_MS;
  const guards = [0, skew].map(apart =>
    ledgerGuard(ledger, async () => credentials, { clock: () => now + apart, monotonic: () => now }),
  );
  let attempts = 0;
  const attempt = () => {
    attempts += 1;
    return Promise.reject(refusal(aadsts));
  };
  for (const end = now + HOUR_MS; now < end; now += CYCLE_MS) {
    for (const guard of guards) await expect(guard.run(credentials, attempt)).rejects.toThrow(`AADSTS${aadsts}`);
  }
  expect(attempts).toBeLessThanOrEqual(skew === 0 ? 1 : guards.length);
  // What the administrator stores anew is tried at once.
  Object.assign(credentials, { version: '2' });
  const before = attempts;
  await expect(guards[0]?.run(credentials, attempt)).rejects.toThrow();
  expect(attempts).toBe(before + 1);
});
