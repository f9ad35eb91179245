import type { Head } from '../domain/head.ts';
import { occurrencesAfter } from '../domain/schedule.ts';
import { describeFault, StoreUnavailableError } from '../errors.ts';
import { EVENTS, type Log } from '../ports/log.ts';
import type { PollLease } from '../ports/pollLease.ts';
import type { Clock, Sleep } from '../ports/time.ts';
import { CYCLE_BUDGET_MS } from './pollPresence.ts';

/** Whoever asked waits so long for the poll; then it goes on without them. */
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
 * Whether the timer has missed its turn: nothing was attempted since the second occurrence after the last attempt. An
 * attempt is recorded when its cycle ends, so the budget of one cycle has to pass before it is known to be missing.
 */
function isOverdue({ report, shards }: Head, schedule: string, now: number): boolean {
  if (report.attemptedAt === 0) return false;
  const [, second = Number.POSITIVE_INFINITY] = occurrencesAfter(schedule, report.attemptedAt, 2);
  const mayAsk = shards.length === 0 || shards.some(({ notBefore }) => notBefore <= now);
  return mayAsk && now > second + CYCLE_BUDGET_MS;
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

  async function attempt(log: Log): Promise<boolean> {
    const healed = await poll(log).catch(error => {
      log(EVENTS.pollFailed, describeFault(error));
      return false;
    });
    if (!healed) failedAt = clock();
    return healed;
  }

  return async (head: Head, log: Log): Promise<boolean> => {
    const now = clock();
    if (now < notBefore || !isOverdue(head, schedule, now)) return false;
    notBefore = now + CYCLE_BUDGET_MS;
    try {
      if (!(await lease.take(CYCLE_BUDGET_MS))) return false;
    } catch (error) {
      // Without the tables nothing can be healed; the copy is answered.
      if (error instanceof StoreUnavailableError) return false;
      throw error;
    }
    log(EVENTS.pollHealed, { secondsSinceAttempt: Math.floor((now - head.report.attemptedAt) / 1_000) });
    const patient = now - failedAt >= NO_PATIENCE_MS;
    const running = attempt(log);
    if (!patient) return false;
    const waited = new AbortController();
    const tooLate = sleep(PATIENCE_MS, waited.signal).then(
      () => false,
      () => false,
    );
    return Promise.race([running, tooLate]).finally(() => waited.abort());
  };
}
