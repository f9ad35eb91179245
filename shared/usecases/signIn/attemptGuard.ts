import { isOfUser, refusal } from '../../domain/signIn/aadsts.ts';
import {
  claimed,
  judgeApplication,
  judgeAttempt,
  NO_RECORD,
  REFUSAL_RETRY_MS,
  refusalCode,
  refused,
  type SignInRecord,
  succeeded,
} from '../../domain/signIn/attemptPolicy.ts';
import type { Credentials } from '../../domain/signIn/credentials.ts';
import {
  SignInBusyError,
  SignInRefusedError,
  SignInUnavailableError,
  StoreConflictError,
  StoreUnavailableError,
} from '../../errors/errors.ts';
import type { Clock, Time } from '../../lib/clock.ts';
import type { IssuedToken } from '../../ports/signIn.ts';
import type { SignInLedger } from '../../ports/signInLedger.ts';

type Attempt = (credentials: Credentials) => Promise<IssuedToken>;

/** A token, and the credentials that it was issued for: they may be newer than those the caller had. */
interface GuardedToken extends IssuedToken {
  readonly credentials: Credentials;
}

/** Lets an attempt to sign in happen only when it is worth one, and remembers how it ended. */
export interface AttemptGuard {
  /** @param options `force`: somebody says that the cause is mended; a refusal of the user stands all the same */
  run(credentials: Credentials, attempt: Attempt, options?: { readonly force: boolean }): Promise<GuardedToken>;
}

/** For attempts that cannot lock anybody out: each process remembers for itself. */
export function memoryGuard(clock: Clock): AttemptGuard {
  let record = NO_RECORD;
  return {
    async run(credentials, attempt, { force } = { force: false }) {
      if (!force && judgeApplication(record, credentials, clock()) === 'refused') throw refusal(record.aadsts);
      try {
        const token = await attempt(credentials);
        record = NO_RECORD;
        return { ...token, credentials };
      } catch (error) {
        if (error instanceof SignInRefusedError) record = refused(record, credentials, clock(), error.aadsts);
        throw error;
      }
    },
  };
}

interface StoredRecord {
  readonly record: SignInRecord;
  readonly etag: string;
}

interface Claim {
  readonly record: SignInRecord;
  readonly before: SignInRecord;
  readonly etag: string;
}

/**
 * For attempts with a password: each is claimed in the ledger before it is sent. While the ledger cannot be written
 * nothing is sent, because nobody would know of it.
 *
 * @param latest the credentials as the vault has them now
 */
export function ledgerGuard(
  ledger: SignInLedger,
  latest: () => Promise<Credentials>,
  { clock, monotonic }: Pick<Time, 'clock' | 'monotonic'>,
): AttemptGuard {
  /** How an attempt ended, as long as it could not be written. */
  let unsaved: StoredRecord | undefined;
  /** The last refusal of the user here: whatever the clocks of others made of it, this process waits for its time. */
  let refusedHere = { version: '', aadsts: 0, at: Number.NEGATIVE_INFINITY };
  /** Why nobody knows how the last attempt of this process ended. */
  let unansweredAttempt: SignInUnavailableError | undefined;

  async function save(record: SignInRecord, etag: string): Promise<void> {
    unsaved = { record, etag };
    try {
      await ledger.write(record, etag);
      unsaved = undefined;
    } catch (error) {
      // Somebody took the claim over: what they find out counts.
      if (error instanceof StoreConflictError) unsaved = undefined;
      else if (!(error instanceof StoreUnavailableError)) throw error;
    }
  }

  async function claim(credentials: Credentials): Promise<Claim> {
    if (unsaved !== undefined) await save(unsaved.record, unsaved.etag);
    if (refusedHere.version === credentials.version && monotonic() - refusedHere.at < REFUSAL_RETRY_MS) {
      throw refusal(refusedHere.aadsts);
    }
    const stored = await ledger.read();
    const before = latestRecord(stored, unsaved);
    const verdict = judgeAttempt(before, credentials, clock());
    if (verdict === 'refused') throw refusal(refusalCode(before, credentials));
    if (verdict === 'wait')
      throw unansweredAttempt === undefined ? new SignInBusyError(BUSY) : waitsFor(unansweredAttempt);
    try {
      const record = claimed(before, credentials, clock());
      return { record, before, etag: await ledger.write(record, stored?.etag) };
    } catch (error) {
      if (error instanceof StoreConflictError) throw new SignInBusyError(BUSY);
      throw error;
    }
  }

  /** The credentials to use: an instance with an old copy of the vault must not send what another has replaced. */
  async function current(credentials: Credentials): Promise<Credentials> {
    const stored = await ledger.read();
    return stored === undefined || stored.record.version === credentials.version ? credentials : latest();
  }

  return {
    async run(stale, attempt) {
      const credentials = await current(stale);
      const { record, before, etag } = await claim(credentials);
      const token = await attempt(credentials).catch(async error => {
        // Without a clear answer nobody knows whether the password was tried: the claim stands until it ends by itself.
        unansweredAttempt = error instanceof SignInUnavailableError && !error.passwordNotSent ? error : undefined;
        if (error instanceof SignInRefusedError && isOfUser(error.reason)) {
          refusedHere = { version: credentials.version, aadsts: error.aadsts, at: monotonic() };
        }
        if (error instanceof SignInRefusedError) await save(refused(record, credentials, clock(), error.aadsts), etag);
        else if (unansweredAttempt === undefined) await save(before, etag);
        throw error;
      });
      unansweredAttempt = undefined;
      await save(succeeded(record, credentials, clock()), etag);
      return { ...token, credentials };
    },
  };
}

/**
 * What is known of the attempts so far. What could not be written counts as long as nobody else wrote since; after that
 * only the passwords are remembered that were found wrong.
 */
function latestRecord(stored: StoredRecord | undefined, unsaved: StoredRecord | undefined): SignInRecord {
  if (unsaved === undefined) return stored?.record ?? NO_RECORD;
  if (stored === undefined || stored.etag === unsaved.etag) return unsaved.record;
  return {
    ...stored.record,
    wrongPasswordVersions: [
      ...new Set([...unsaved.record.wrongPasswordVersions, ...stored.record.wrongPasswordVersions]),
    ],
  };
}

const waitsFor = (lost: SignInUnavailableError) =>
  new SignInBusyError(`${lost.message} The password is tried again within a minute.`, { cause: lost });

const BUSY = 'A sign-in with the password is under way, or its outcome is not known yet. The connector waits for it.';
