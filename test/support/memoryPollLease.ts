import { isFromFuture } from '../../shared/domain/freshness.ts';
import type { PollLease } from '../../shared/ports/pollLease.ts';
import type { Clock } from '../../shared/ports/time.ts';

/** The port in memory. It passes the same contract suite as the adapter for Table Storage. */
export function memoryPollLease(clock: Clock): PollLease {
  let until = 0;
  return {
    async take(ms) {
      if (until > clock() && !isFromFuture(until - ms, clock())) return false;
      until = clock() + ms;
      return true;
    },
  };
}
