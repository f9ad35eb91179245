import { isFromFuture } from '../../shared/domain/presence/freshness.ts';
import type { Clock } from '../../shared/lib/clock.ts';
import type { PollLease } from '../../shared/ports/pollLease.ts';

/** The port in memory. It passes the same contract suite as the adapter for Table Storage. */
export function memoryPollLease(clock: Clock): PollLease {
  let until = 0;
  return {
    async take(ms) {
      if (until > clock() && !isFromFuture(until - ms, clock())) return false;
      until = clock() + ms;
      return true;
    },
    async extend(ms) {
      if (until > 0) until = clock() + ms;
    },
    async release() {
      until = 0;
    },
  };
}
