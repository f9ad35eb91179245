import { ageSeconds, believedWait, isFromFuture } from '../../domain/presence/freshness.ts';
import { FAILED_PAUSE_MS, failedAt, type Head, lastReadAt } from '../../domain/snapshot/head.ts';
import { describeFault } from '../../errors/errors.ts';
import type { Time } from '../../lib/clock.ts';
import { occurrencesAfter } from '../../lib/schedule.ts';
import { withTimeout } from '../../lib/withTimeout.ts';
import { EVENTS, type EventFields, type EventName } from '../../ports/log.ts';
import type { PollLease } from '../../ports/pollLease.ts';
import { bestEffort } from '../state/bestEffort.ts';
import { CYCLE_BUDGET_MS } from './pollCycle.ts';
import type { Poll } from './presencePoller.ts';
import { spacingMs } from './quota.ts';

const SLOW_PAUSE_MS = 3_000;
/** So often an instance looks whether the one that holds the lease has published. */
const LOOK_AGAIN_MS = 100;
/** Whoever dies while he polls keeps the others from it for so long; whoever lives extends his lease. */
const LEASE_MS = 4_000;
const EXTEND_AFTER_MS = 1_500;
/** So long a read waits for a poll that stands in for a silent timer, and for one that renews. */
const HEALING_WAIT_MS = 2_000;
const RENEWAL_WAIT_MS = 800;

export interface OnDemandDeps extends Time {
  readonly lease: PollLease;
  readonly poll: Poll;
  /** The head as it is now; undefined when it cannot be read. */
  readonly readHead: () => Promise<Head | undefined>;
  /** A read that finds older data has Teams looked at; 0: only when the timer has stopped. */
  readonly freshWithinMs: number;
  /** NCRONTAB of the poll, as it was read. */
  readonly schedule: string;
}

/** A line of a poll that may have outlived the request that started it. */
type PendingLine = readonly [event: EventName, fields: EventFields];

export interface PollOnDemand {
  /**
   * Has Teams looked at, if the data of a head is old enough for that.
   * @returns a poll to wait for, and how long it is worth waiting for; undefined when nobody has to wait
   */
  renew(head: Head): { readonly poll: Promise<unknown>; readonly waitMs: number } | undefined;
  /** What the polls so far have to say; each line is given out once. */
  takeLines(): PendingLine[];
}

/**
 * Polls because somebody asks: keeps data fresh while it is wanted, and stands in for a timer that has stopped
 * (github.com/Azure/azure-functions-host/issues/11828). Once at a time over all instances.
 */
export function pollOnDemand(deps: OnDemandDeps): PollOnDemand {
  const { lease, poll, readHead, freshWithinMs, schedule, clock, monotonic, sleep } = deps;
  /** Nobody polls or waits until then, unless Teams is read by somebody else after what was known of it. */
  let pause = { until: Number.NEGATIVE_INFINITY, lastReadAt: 0 };
  /** The attempt that was last looked at, when this process first saw it, and from when on the timer is silent. */
  let seen = { attemptedAt: -1, monotonic: 0, overdueAt: 0 };
  /** The timer's run that was last looked at, and from when on the next one is missing. */
  let timer = { at: -1, overdueAt: 0 };
  /** When this process last began to poll, or to wait for whoever does. */
  let startedAt = Number.NEGATIVE_INFINITY;
  let running: Promise<void> | undefined;
  const lines: PendingLine[] = [];
  const log = (event: EventName, fields: EventFields) => void lines.push([event, fields]);

  /** From when on a poll of the timer is missing: an attempt is recorded when its cycle ends, so it gets its budget. */
  function overdueFrom(attemptedAt: number): number {
    const [, second = Number.POSITIVE_INFINITY] = occurrencesAfter(schedule, attemptedAt, 2);
    return second + CYCLE_BUDGET_MS;
  }

  function look({ report: { attemptedAt, timerAt } }: Head, now: number): void {
    // Where no poll was ever heard of, the timer gets as long from the moment this instance was asked first.
    const since = (time: number) => (time === 0 || isFromFuture(time, now) ? now : time);
    if (timer.at !== timerAt) timer = { at: timerAt, overdueAt: overdueFrom(since(timerAt)) };
    if (seen.attemptedAt === attemptedAt) return;
    seen = { attemptedAt, monotonic: monotonic(), overdueAt: overdueFrom(since(attemptedAt)) };
  }

  /** How long ago the last attempt was; a clock that was set back, here or where it was made, makes it no younger. */
  function ageMs({ report: { attemptedAt } }: Head, now: number): number {
    const sinceSeen = monotonic() - seen.monotonic;
    return isFromFuture(attemptedAt, now) ? sinceSeen : Math.max(now - attemptedAt, sinceSeen);
  }

  function mayAsk({ shards, agents }: Head, now: number): boolean {
    if (agents.count === 0) return false;
    return shards.length === 0 || shards.some(({ notBefore }) => believedWait(notBefore, now) <= now);
  }

  /** From which age on a poll is started, and from which one it is waited for. */
  function limits(head: Head, now: number): { startMs: number; waitMs: number } {
    if (freshWithinMs === 0) {
      const overdue = now > seen.overdueAt || isFromFuture(head.report.attemptedAt, now);
      const ms = overdue ? 0 : Number.POSITIVE_INFINITY;
      return { startMs: ms, waitMs: ms };
    }
    const spacing = spacingMs(head);
    return { startMs: Math.max(freshWithinMs / 2, spacing), waitMs: Math.max(freshWithinMs, spacing) };
  }

  const isDue = (head: Head, now: number) => mayAsk(head, now) && ageMs(head, now) >= limits(head, now).startMs;

  /** Somebody else polls: it is enough to see when that is done. */
  async function waitForOther(known: Head): Promise<void> {
    for (let waited = 0; waited < RENEWAL_WAIT_MS; waited += LOOK_AGAIN_MS) {
      await sleep(LOOK_AGAIN_MS);
      const head = await readHead();
      if (head !== undefined && head.report.attemptedAt !== known.report.attemptedAt) return;
    }
    // Whoever holds the lease is slow, or gone: nobody else waits for that.
    pauseFor(SLOW_PAUSE_MS, known);
  }

  function pauseFor(ms: number, known: Head): void {
    pause = { until: monotonic() + ms, lastReadAt: lastReadAt(known) };
  }

  /** Whoever made it, an attempt that read nobody keeps everybody from the next one. */
  function isPaused(head: Head, now: number): boolean {
    if (failedAt(head, now) > 0 && ageMs(head, now) < FAILED_PAUSE_MS) return true;
    return monotonic() < pause.until && lastReadAt(head) <= pause.lastReadAt;
  }

  /** Does the work with the lease that was taken, and gives it back. */
  async function holding<T>(work: Promise<T>): Promise<T> {
    const isDone = work.then(
      () => true,
      () => true,
    );
    while (!(await withTimeout(EXTEND_AFTER_MS, sleep, isDone, () => false))) {
      await bestEffort(() => lease.extend(LEASE_MS));
    }
    await bestEffort(() => lease.release());
    return work;
  }

  async function attempt(head: Head): Promise<void> {
    const isHealing = clock() > timer.overdueAt;
    const secondsSinceTimer = ageSeconds(head.report.timerAt, clock());
    let asked = false;
    try {
      if (!(await lease.take(LEASE_MS))) return await waitForOther(head);
      asked = true;
      const isWanted = (latest: Head) => {
        look(latest, clock());
        return isDue(latest, clock());
      };
      const options = { isTimer: false, isHealing, isWanted };
      const { result, rest } = await holding(poll(log, options));
      if (isHealing && result !== 'not-wanted') log(EVENTS.pollHealed, { secondsSinceTimer });
      rest.catch(error => log(EVENTS.pollFailed, describeFault(error)));
      if (result === 'failed') pauseFor(FAILED_PAUSE_MS, head);
    } catch (error) {
      // Without the lease nobody was asked, so no outage of Teams can be amplified.
      pauseFor(asked ? FAILED_PAUSE_MS : SLOW_PAUSE_MS, head);
      log(EVENTS.pollFailed, describeFault(error));
    }
  }

  /** The attempt that is under way, or a new one; however wrong the clocks are, not one after the other at once. */
  function startOrJoin(head: Head, startMs: number): Promise<void> | undefined {
    if (running !== undefined || monotonic() - startedAt < startMs) return running;
    startedAt = monotonic();
    running = attempt(head).finally(() => {
      running = undefined;
    });
    return running;
  }

  return {
    renew(head) {
      const now = clock();
      look(head, now);
      if (isPaused(head, now) || !isDue(head, now)) return undefined;
      const { startMs, waitMs: waitFromMs } = limits(head, now);
      const poll = startOrJoin(head, startMs);
      if (poll === undefined || ageMs(head, now) < waitFromMs) return undefined;
      // Whoever comes late waits for what is left: a poll that takes longer is waited for by nobody.
      const waitMs = (freshWithinMs === 0 ? HEALING_WAIT_MS : RENEWAL_WAIT_MS) - (monotonic() - startedAt);
      return waitMs > 0 ? { poll, waitMs } : undefined;
    },
    takeLines: () => lines.splice(0),
  };
}
