import { LAST_MOMENT } from '../../lib/clock.ts';

/** When a secret ends, and who says so. */
export interface Expiry {
  /** Milliseconds since 1970, UTC; 0 is unknown. */
  readonly at: number;
  readonly source: 'vault' | 'certificate' | 'directory' | '';
}

/** The end of what does not end. */
export const NEVER = LAST_MOMENT;
export const UNKNOWN_EXPIRY: Expiry = { at: 0, source: '' };

type ExpiryState = 'ok' | 'warning' | 'critical' | 'unknown';

const DAY_MS = 86_400_000;
const WARNING_DAYS = 30;
const CRITICAL_DAYS = 15;
/** Days left of what does not end. */
const ENDLESS_DAYS = 999_999;

/** Whole days left, never negative; -1 is unknown, 999999 is never. */
export function daysLeft({ at }: Expiry, now: number): number {
  if (at === 0) return -1;
  return at === NEVER ? ENDLESS_DAYS : Math.max(0, Math.floor((at - now) / DAY_MS));
}

export function expiryState(expiry: Expiry, now: number): ExpiryState {
  const days = daysLeft(expiry, now);
  if (days < 0) return 'unknown';
  if (days > WARNING_DAYS) return 'ok';
  return days > CRITICAL_DAYS ? 'warning' : 'critical';
}

/** The day it ends, as `2026-11-23`; empty when it is unknown or never. */
export function expiryDate({ at }: Expiry): string {
  return at === 0 || at === NEVER ? '' : new Date(at).toISOString().slice(0, 10);
}

/** When something ends that does, as part of a sentence: `ends on 2026-11-23, in 5 days`. */
export function endPhrase(expiry: Expiry, now: number): string {
  const [date, days] = [expiryDate(expiry), daysLeft(expiry, now)];
  if (expiry.at <= now) return `ended on ${date}`;
  return days === 0 ? `ends within a day (${date})` : `ends on ${date}, in ${days} ${days === 1 ? 'day' : 'days'}`;
}

/** The earlier of two that are known. */
export function earlier(a: Expiry, b: Expiry): Expiry {
  if (a.at === 0) return b;
  return b.at === 0 || a.at <= b.at ? a : b;
}

/** The command with which an administrator says when a secret of the vault ends. */
export function setExpiryCommand(vaultName: string, secret: string): string {
  return `az keyvault secret set-attributes --vault-name ${vaultName} --name ${secret} --expires YYYY-MM-DDT00:00:00Z`;
}
