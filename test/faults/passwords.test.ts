import { expect, test } from 'vitest';
import { refusal, WRONG_PASSWORD } from '../../shared/domain/signIn/aadsts.ts';
import {
  ConnectorError,
  SignInUnavailableError,
  StoreConflictError,
  StoreUnavailableError,
} from '../../shared/errors/errors.ts';
import type { SignInLedger } from '../../shared/ports/signInLedger.ts';
import { tokenProvider } from '../../shared/usecases/signIn/tokenProvider.ts';
import { credentials } from '../support/builders.ts';
import { memorySignInLedger } from '../support/memorySignInLedger.ts';
import { sampleSize } from '../support/sampleSize.ts';
import { randomOf, virtualTime } from '../support/virtualTime.ts';

const RUNS = sampleSize(150, 10_000);
const FIRST = Number(process.env['SEED'] ?? 1);

/** A claim whose outcome nobody wrote ends after so long: whoever sent the password may have died. */
const CLAIM_MS = 60_000;

interface Judged {
  readonly version: string;
  readonly at: number;
  /** Whether the outcome was written in time. */
  written: boolean;
}

/**
 * Several instances that sign in with a wrong password over one ledger that fails, loses answers, and outlives them.
 * @returns what Entra judged
 */
async function judgedPasswords(seed: number): Promise<Judged[]> {
  const random = randomOf(seed);
  const time = virtualTime(Date.UTC(2026, 10, 23, 8));
  const table = memorySignInLedger();
  const judged: Judged[] = [];
  let [passwordVersion, version] = [1, 1];

  function createInstance() {
    let alive = true;
    const own: Judged[] = [];
    const never = <T>() => new Promise<T>(() => undefined);
    const call = async <T>(work: () => Promise<T>, isWrite: boolean): Promise<T> => {
      await time.sleep(random.below(60));
      if (!alive) return never();
      if (random.oneIn(25)) throw new StoreUnavailableError('Out.');
      if (random.oneIn(60)) alive = false;
      const result = await work();
      if (!alive) return never();
      if (isWrite && random.oneIn(25)) {
        throw random.oneIn(2) ? new StoreUnavailableError('Lost.') : new StoreConflictError('Lost.');
      }
      await time.sleep(random.below(20));
      return alive ? result : never();
    };
    const ledger: SignInLedger = {
      read: () => call(() => table.read(), false),
      write: (record, etag) =>
        call(async () => {
          const written = await table.write(record, etag);
          for (const attempt of own) attempt.written ||= time.now() - attempt.at < CLAIM_MS;
          return written;
        }, true),
    };
    const skew = random.below(2_000) - 1_000;
    const current = () =>
      credentials({
        user: { email: 'reader@contoso.com', password: `wrong ${passwordVersion}` },
        version: `${version} ${passwordVersion}`,
        passwordVersion: String(passwordVersion),
      });
    const provider = tokenProvider({
      source: { read: async () => current(), fault: () => undefined },
      ledger,
      clock: () => time.now() + skew,
      monotonic: () => time.now(),
      sleep: time.sleep,
      async signIn({ passwordVersion: sent }, mode) {
        await time.sleep(random.below(300));
        if (!alive) return never();
        if (mode === 'app-only' || random.oneIn(10))
          throw new SignInUnavailableError('Out.', { passwordNotSent: true });
        const attempt = { version: sent, at: time.now(), written: false };
        own.push(attempt);
        judged.push(attempt);
        await time.sleep(random.below(300));
        return alive ? Promise.reject(refusal(WRONG_PASSWORD)) : never();
      },
    });
    return { provider, isAlive: () => alive };
  }

  const instances = Array.from({ length: 3 }, createInstance);
  const unexpected: unknown[] = [];
  for (let step = 0; step < 40; step += 1) {
    const index = random.below(instances.length);
    if (!instances[index]?.isAlive()) instances[index] = createInstance();
    instances[index]?.provider.token('presence').catch(error => {
      if (!(error instanceof ConnectorError)) unexpected.push(error);
    });
    if (random.oneIn(15)) passwordVersion += 1;
    // Another secret may be stored beside the same password, and what is refused may be tried again after an hour.
    if (random.oneIn(15)) version += 1;
    await time.pass(random.pick([0, 30, 400, 10_000, 70_000, random.oneIn(5) ? 3_700_000 : 0]));
  }
  expect(unexpected).toEqual([]);
  return judged;
}

test(`a wrong password whose outcome was written is never sent again, in ${RUNS} random schedules from seed ${FIRST} on`, async () => {
  let [versions, judged, written] = [0, 0, 0];
  for (let seed = FIRST; seed < FIRST + RUNS; seed += 1) {
    for (const [version, attempts] of Map.groupBy(await judgedPasswords(seed), attempt => attempt.version)) {
      versions += 1;
      judged += attempts.length;
      written += attempts.filter(attempt => attempt.written).length;
      // Each outcome that was lost with its process allows one attempt more, a minute later.
      const remembered = attempts.slice(0, -1).filter(({ written }) => written);
      expect(remembered, `seed ${seed}, version ${version}`).toEqual([]);
    }
  }
  expect(versions).toBeGreaterThan(RUNS);
  // Most outcomes are written: who wrote none would have nothing to keep.
  expect(written / judged).toBeGreaterThan(0.7);
}, 600_000);
