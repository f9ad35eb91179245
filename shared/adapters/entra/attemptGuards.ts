import type { Credentials } from '../../domain/credentials.ts';
import { judgeAttempt, type SignInRecord, signInRecord, WRONG_PASSWORD } from '../../domain/signInPolicy.ts';
import { SignInRefusedError, SignInUnavailableError, StoreConflictError, StoreUnavailableError } from '../../errors.ts';
import type { SignInLedger } from '../../ports/signInLedger.ts';
import type { Clock } from '../../ports/time.ts';
import { refusalSentence } from './aadsts.ts';
import type { IssuedToken } from './signIn.ts';

type Attempt = () => Promise<IssuedToken>;

/** Lets an attempt to sign in happen only when it is worth one, and remembers how it ended. */
export interface AttemptGuard {
  run(credentials: Credentials, attempt: Attempt, options?: { readonly insist: boolean }): Promise<IssuedToken>;
  /** The refusal that stands against these credentials, if any; asks nobody. */
  standing(credentials: Credentials): SignInRefusedError | undefined;
}

function standingRefusal(record: SignInRecord | undefined, credentials: Credentials, now: number, insist = false) {
  if (record === undefined || judgeAttempt(record, credentials, now, insist) !== 'refused') return undefined;
  return new SignInRefusedError(refusalSentence(record.aadsts), record.aadsts);
}

/** For attempts that cannot lock anybody out: each process remembers for itself. */
export function memoryGuard(clock: Clock): AttemptGuard {
  let record: SignInRecord | undefined;
  return {
    async run(credentials, attempt, { insist } = { insist: false }) {
      const refusal = standingRefusal(record, credentials, clock(), insist);
      if (refusal !== undefined) throw refusal;
      try {
        const token = await attempt();
        record = undefined;
        return token;
      } catch (error) {
        if (error instanceof SignInRefusedError) record = signInRecord('refused', credentials, clock(), error.aadsts);
        throw error;
      }
    },
    standing: credentials => standingRefusal(record, credentials, clock()),
  };
}

const ELSEWHERE = 'Another instance is signing in right now. The connector waits for it.';

/**
 * For attempts with a password: each is claimed in the ledger before it is sent. While the ledger cannot be written
 * nothing is sent, because nobody would know of it.
 */
export function ledgerGuard(ledger: SignInLedger, clock: Clock): AttemptGuard {
  let remembered: SignInRecord | undefined;

  async function claim(credentials: Credentials, insist: boolean): Promise<string> {
    const stored = await ledger.read();
    remembered = stored?.record;
    if (judgeAttempt(remembered, credentials, clock()) === 'wait') throw new SignInUnavailableError(ELSEWHERE);
    const refusal = standingRefusal(remembered, credentials, clock(), insist);
    if (refusal !== undefined) throw refusal;
    try {
      return await ledger.write(signInRecord('claimed', credentials, clock()), stored?.etag);
    } catch (error) {
      if (error instanceof StoreConflictError) throw new SignInUnavailableError(ELSEWHERE);
      throw error;
    }
  }

  /** Notes how the attempt ended. When that cannot be written, the claim ends by itself and memory remembers. */
  async function settle(record: SignInRecord, etag: string): Promise<void> {
    remembered = record;
    try {
      await ledger.write(record, etag);
    } catch (error) {
      if (!(error instanceof StoreConflictError || error instanceof StoreUnavailableError)) throw error;
    }
  }

  return {
    async run(credentials, attempt, { insist } = { insist: false }) {
      // Any other refusal may have been mended and tried by another instance: only the ledger knows.
      const refusal = standingRefusal(remembered, credentials, clock(), insist);
      if (refusal?.aadsts === WRONG_PASSWORD) throw refusal;
      const etag = await claim(credentials, insist);
      try {
        const token = await attempt();
        await settle(signInRecord('open', credentials, clock()), etag);
        return token;
      } catch (error) {
        if (error instanceof SignInRefusedError) {
          await settle(signInRecord('refused', credentials, clock(), error.aadsts), etag);
        }
        // Without an answer nobody knows whether the password was tried: the claim stands until it ends by itself.
        if (error instanceof SignInUnavailableError && error.answered) {
          await settle(signInRecord('open', credentials, clock()), etag);
        }
        throw error;
      }
    },
    standing: credentials => standingRefusal(remembered, credentials, clock()),
  };
}
