/** How much an answer may still be believed. */
export type Freshness = 'fresh' | 'stale' | 'unknown';

export interface FreshnessLimits {
  readonly staleAfterMs: number;
  readonly unknownAfterMs: number;
}

/** The age, in seconds, of something that was never seen. */
export const UNKNOWN_AGE_SECONDS = 999_999;

/** Whole seconds since the instant; never negative, because clocks of two instances differ by up to two seconds. */
export function ageSeconds(checkedAt: number, now: number): number {
  if (checkedAt === 0) return UNKNOWN_AGE_SECONDS;
  return Math.min(UNKNOWN_AGE_SECONDS, Math.max(0, Math.floor((now - checkedAt) / 1000)));
}

/** Clocks of two instances differ by up to this; what lies further ahead was written by a clock that is wrong. */
const CLOCK_SKEW_MS = 2_000;

/** A time stamp that cannot be: nothing may be believed of it, and nothing may wait for it. */
export function isFromFuture(time: number, now: number): boolean {
  return time > now + CLOCK_SKEW_MS;
}

/** A stored time; one that a wrong clock wrote counts as never, or everybody would have to wait for it. */
export function credible(time: number, now: number): number {
  return isFromFuture(time, now) ? 0 : time;
}

/** No answer of Graph keeps people unread for longer, whatever it asks for. */
export const LONGEST_WAIT_OF_GRAPH_MS = 5 * 60_000;

/** Until when Graph has asked to wait; a longer wait than it may ask for was written by a clock that is wrong. */
export function believedWait(notBefore: number, now: number): number {
  return isFromFuture(notBefore - LONGEST_WAIT_OF_GRAPH_MS, now) ? 0 : notBefore;
}

export function freshnessOf(checkedAt: number, now: number, limits: FreshnessLimits): Freshness {
  if (checkedAt === 0 || isFromFuture(checkedAt, now)) return 'unknown';
  const age = now - checkedAt;
  if (age > limits.unknownAfterMs) return 'unknown';
  return age > limits.staleAfterMs ? 'stale' : 'fresh';
}
