import type { Credentials } from './credentials.ts';

/** What is recorded of the last attempt to sign in with a password, for every instance and across restarts. */
export interface SignInRecord {
  /** `claimed`: somebody is trying right now. `open`: the last attempt is over and may be repeated. */
  readonly state: 'claimed' | 'refused' | 'open';
  /** AADSTS number of the refusal. */
  readonly aadsts: number;
  readonly at: number;
  /** Versions of the credentials that were used. */
  readonly version: string;
  readonly passwordVersion: string;
}

export type Verdict = 'try' | 'wait' | 'refused';

const LOCKED = 50053;
/** A wrong password: each further try brings the account nearer to being locked. */
export const WRONG_PASSWORD = 50126;
/** The administrator mends most refusals outside the vault, so they are tried again, but seldom. */
export const REFUSAL_RETRY_MS = 60 * 60_000;
/** Whoever claimed an attempt and has not said how it ended by now, is gone. */
export const CLAIM_MS = 60_000;

/**
 * Whether a sign-in may be tried now, given what is recorded of the last one.
 * @param insist somebody says that the cause is mended: only what could lock the account stands against it
 */
export function judgeAttempt(
  record: SignInRecord | undefined,
  credentials: Credentials,
  now: number,
  insist = false,
): Verdict {
  if (record === undefined || record.state === 'open') return 'try';
  if (record.state === 'claimed') return now < record.at + CLAIM_MS ? 'wait' : 'try';
  if (record.aadsts === WRONG_PASSWORD)
    return record.passwordVersion === credentials.passwordVersion ? 'refused' : 'try';
  const rearmed = record.version !== credentials.version || (insist && record.aadsts !== LOCKED);
  return rearmed || now >= record.at + REFUSAL_RETRY_MS ? 'try' : 'refused';
}

export function signInRecord(
  state: SignInRecord['state'],
  { version, passwordVersion }: Credentials,
  at: number,
  aadsts = 0,
): SignInRecord {
  return { state, aadsts, at, version, passwordVersion };
}
