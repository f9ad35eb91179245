import { isFromFuture } from '../presence/freshness.ts';
import type { Credentials } from './credentials.ts';

/** What is recorded of attempts to sign in with a password, for every instance and across restarts. */
export interface SignInRecord {
  /** `claimed`: somebody is trying, or nobody knows how it ended. `open`: the last attempt is over and may be repeated. */
  readonly state: 'claimed' | 'refused' | 'open';
  /** AADSTS number of the refusal. */
  readonly aadsts: number;
  readonly at: number;
  /** Versions of the credentials that were used. */
  readonly version: string;
  readonly passwordVersion: string;
  /** Attempts in a row of which nobody knows how they ended. */
  readonly lost: number;
  /** Passwords, by their version, that were refused as wrong: whatever happens, none of them is sent again. */
  readonly wrong: readonly string[];
}

export const NO_RECORD: SignInRecord = {
  state: 'open',
  aadsts: 0,
  at: 0,
  version: '',
  passwordVersion: '',
  lost: 0,
  wrong: [],
};

export type Verdict = 'try' | 'wait' | 'refused';

/** A wrong password: each further try brings the account nearer to being locked. */
export const WRONG_PASSWORD = 50126;
const LOCKED = 50053;
const MINUTE_MS = 60_000;
/** The administrator mends most refusals outside the vault, so they are tried again, but seldom. */
export const REFUSAL_RETRY_MS = 60 * MINUTE_MS;
/**
 * How long an attempt is waited for of which nobody says how it ended. Entra may have seen the password each time, so
 * the waits grow.
 */
const CLAIM_MS = [1, 2, 5, 10, 60].map(minutes => minutes * MINUTE_MS);
const REMEMBERED_WRONG = 10;

/**
 * Whether a sign-in may be tried now, given what is recorded of the last one.
 * @param force somebody says that the cause is mended: only what could lock the account stands against it
 */
export function judgeAttempt(record: SignInRecord, credentials: Credentials, now: number, force = false): Verdict {
  if (record.wrong.includes(credentials.passwordVersion)) return 'refused';
  // A record of a clock that was wrong must not bind until that time comes.
  if (record.state === 'open' || isFromFuture(record.at, now)) return 'try';
  if (record.state === 'claimed') {
    const same = record.passwordVersion === credentials.passwordVersion;
    const wait = CLAIM_MS[same ? Math.min(record.lost, CLAIM_MS.length - 1) : 0] ?? 0;
    return now < record.at + wait ? 'wait' : 'try';
  }
  const rearmed = record.version !== credentials.version || (force && record.aadsts !== LOCKED);
  return rearmed || now >= record.at + REFUSAL_RETRY_MS ? 'try' : 'refused';
}

/** The code with which credentials are refused that judgeAttempt refuses. */
export function refusalCode(record: SignInRecord, { passwordVersion }: Credentials): number {
  return record.wrong.includes(passwordVersion) ? WRONG_PASSWORD : record.aadsts;
}

function used({ version, passwordVersion }: Credentials, at: number) {
  return { version, passwordVersion, at };
}

/** Somebody is about to try. */
export function claimed(before: SignInRecord, credentials: Credentials, at: number): SignInRecord {
  const again = before.state === 'claimed' && before.passwordVersion === credentials.passwordVersion;
  return { ...before, ...used(credentials, at), state: 'claimed', aadsts: 0, lost: again ? before.lost + 1 : 0 };
}

export function succeeded(before: SignInRecord, credentials: Credentials, at: number): SignInRecord {
  return { ...before, ...used(credentials, at), state: 'open', aadsts: 0, lost: 0 };
}

export function refused(before: SignInRecord, credentials: Credentials, at: number, aadsts: number): SignInRecord {
  const { passwordVersion } = credentials;
  const wrong =
    aadsts === WRONG_PASSWORD && !before.wrong.includes(passwordVersion)
      ? [...before.wrong, passwordVersion].slice(-REMEMBERED_WRONG)
      : before.wrong;
  return { ...before, ...used(credentials, at), state: 'refused', aadsts, lost: 0, wrong };
}
