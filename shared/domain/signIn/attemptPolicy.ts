import { isFromFuture } from '../presence/freshness.ts';
import { isOfUser, refusalReason, WRONG_PASSWORD } from './aadsts.ts';
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
  /** Refusals in a row. */
  readonly refusals: number;
  /** Passwords, by their version, that were refused as wrong: whatever happens, none of them is sent again. */
  readonly wrongPasswordVersions: readonly string[];
}

export const NO_RECORD: SignInRecord = {
  state: 'open',
  aadsts: 0,
  at: 0,
  version: '',
  passwordVersion: '',
  refusals: 0,
  wrongPasswordVersions: [],
};

type Verdict = 'try' | 'wait' | 'refused';

const MINUTE_MS = 60_000;
/** The administrator mends most refusals of the user outside the vault, so they are tried again, but seldom. */
export const REFUSAL_RETRY_MS = 60 * MINUTE_MS;
/** So long an attempt is waited for of which nobody says how it ended. */
const CLAIM_MS = MINUTE_MS;
/**
 * A refusal of the application locks nobody: Entra refuses healthy applications now and then, and new secrets,
 * credentials and consents work only after seconds to minutes (learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations).
 */
const APPLICATION_RETRY_MS = [5_000, 10_000, 20_000, 30_000];
const REMEMBERED_WRONG = 10;

/** Whether a sign-in with the password may be tried now, given what is recorded of the last one. */
export function judgeAttempt(record: SignInRecord, credentials: Credentials, now: number): Verdict {
  if (record.wrongPasswordVersions.includes(credentials.passwordVersion)) return 'refused';
  // A record of a clock that was wrong must not bind until that time comes.
  if (record.state === 'open' || isFromFuture(record.at, now)) return 'try';
  if (record.state === 'claimed') return now < record.at + CLAIM_MS ? 'wait' : 'try';
  const wait = isOfUser(refusalReason(record.aadsts)) ? REFUSAL_RETRY_MS : applicationWait(record);
  return record.version !== credentials.version || now >= record.at + wait ? 'try' : 'refused';
}

/** The same for a sign-in of the application, which needs no password. */
export function judgeApplication(record: SignInRecord, { version }: Credentials, now: number): Verdict {
  if (record.state === 'open' || record.version !== version || isFromFuture(record.at, now)) return 'try';
  return now >= record.at + applicationWait(record) ? 'try' : 'refused';
}

function applicationWait({ refusals }: SignInRecord): number {
  return APPLICATION_RETRY_MS[Math.min(refusals, APPLICATION_RETRY_MS.length) - 1] ?? 0;
}

/** The code with which credentials are refused that judgeAttempt refuses. */
export function refusalCode(record: SignInRecord, { passwordVersion }: Credentials): number {
  return record.wrongPasswordVersions.includes(passwordVersion) ? WRONG_PASSWORD : record.aadsts;
}

function used({ version, passwordVersion }: Credentials, at: number) {
  return { version, passwordVersion, at };
}

/** Somebody is about to try. */
export function claimed(before: SignInRecord, credentials: Credentials, at: number): SignInRecord {
  return { ...before, ...used(credentials, at), state: 'claimed', aadsts: 0 };
}

export function succeeded(before: SignInRecord, credentials: Credentials, at: number): SignInRecord {
  return { ...before, ...used(credentials, at), state: 'open', aadsts: 0, refusals: 0 };
}

export function refused(before: SignInRecord, credentials: Credentials, at: number, aadsts: number): SignInRecord {
  const { passwordVersion } = credentials;
  const wrongPasswordVersions =
    refusalReason(aadsts) === 'wrong-password' && !before.wrongPasswordVersions.includes(passwordVersion)
      ? [...before.wrongPasswordVersions, passwordVersion].slice(-REMEMBERED_WRONG)
      : before.wrongPasswordVersions;
  const refusals = before.refusals + 1;
  return { ...before, ...used(credentials, at), state: 'refused', aadsts, refusals, wrongPasswordVersions };
}
