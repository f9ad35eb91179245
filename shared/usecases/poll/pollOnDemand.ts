import { ageSeconds, believedWait, isFromFuture } from '../../domain/presence/freshness.ts';
import type { Head } from '../../domain/snapshot/head.ts';
import { describeFault } from '../../errors/errors.ts';
import type { Clock, Sleep } from '../../lib/clock.ts';
import { occurrencesAfter } from '../../lib/schedule.ts';
import { withTimeout } from '../../lib/withTimeout.ts';
import { EVENTS, type Log } from '../../ports/log.ts';
import type { PollLease } from '../../ports/pollLease.ts';
import { CYCLE_BUDGET_MS } from './pollPresence.ts';

/** Whoever asked waits so long for lease and poll; then it goes on without them. */
const PATIENCE_MS = 2_000;
/** After an attempt that failed nobody waits for so long. */
const NO_PATIENCE_MS = 30_000;

export interface HealingDeps {
  readonly lease: PollLease;
  /** Resolves to whether everybody was read. */
  readonly poll: (log: Log) => Promise<boolean>;
  /** NCRONTAB of the poll, as it was read. */
  readonly schedule: string;
  readonly clock: Clock;
  readonly sleep: Sleep;
}

/**
 * From when on a poll is missing: the second occurrence after the last attempt. An attempt is recorded when its cycle
 * ends, so the budget of one cycle has to pass before it is known to be missing.
 */
function overdueFrom(schedule: string, attemptedAt: number): number {
  const [, second = Number.POSITIVE_INFINITY] = occurrencesAfter(schedule, attemptedAt, 2);
  return second + CYCLE_BUDGET_MS;
}

/**
 * Polls in place of a timer that has stopped (github.com/Azure/azure-functions-host/issues/11828): once at a time over
 * all instances, and only while somebody asks.
 *
 * The returned function resolves to true when there is something new to read.
 */
export function pollHealer({ lease, poll, schedule, clock, sleep }: HealingDeps) {
  let failedAt = Number.NEGATIVE_INFINITY;
  let notBefore = 0;
  /** The attempt that was last looked at, and from when on the next one is missing. */
  let known = { attemptedAt: -1, overdueAt: 0 };

  function isOverdue({ report, shards, agents }: Head, now: number): boolean {
    if (agents.count === 0) return false;
    // A clock that was wrong has recorded an attempt that is still to come: nobody may wait for it.
    if (isFromFuture(report.attemptedAt, now)) return true;
    if (known.attemptedAt !== report.attemptedAt) {
      // Where no poll was ever heard of, the timer gets as long from the moment this instance was asked first.
      const since = report.attemptedAt === 0 ? now : report.attemptedAt;
      known = { attemptedAt: report.attemptedAt, overdueAt: overdueFrom(schedule, since) };
    }
    const mayAsk = shards.length === 0 || shards.some(({ notBefore }) => believedWait(notBefore, now) <= now);
    return mayAsk && now > known.overdueAt;
  }

  async function attempt(head: Head, log: Log): Promise<boolean> {
    try {
      if (!(await lease.take(CYCLE_BUDGET_MS))) return false;
      log(EVENTS.pollHealed, { secondsSinceAttempt: ageSeconds(head.report.attemptedAt, clock()) });
      const healed = await poll(log);
      if (!healed) failedAt = clock();
      return healed;
    } catch (error) {
      failedAt = clock();
      log(EVENTS.pollFailed, describeFault(error));
      return false;
    }
  }

  return async (head: Head, log: Log): Promise<boolean> => {
    const now = clock();
    if (now < notBefore || !isOverdue(head, now)) return false;
    notBefore = now + CYCLE_BUDGET_MS;
    const patient = now - failedAt >= NO_PATIENCE_MS;
    const running = attempt(head, log);
    return patient && withTimeout(PATIENCE_MS, sleep, running, () => false);
  };
}
