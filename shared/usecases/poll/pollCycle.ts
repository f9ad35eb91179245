import { ageSeconds } from '../../domain/presence/freshness.ts';
import type { Head, PollReport } from '../../domain/snapshot/head.ts';
import { ConnectorError, describeFault, GraphThrottledError } from '../../errors/errors.ts';
import type { Time } from '../../lib/clock.ts';
import { inBatches, type Work } from '../../lib/inBatches.ts';
import { withTimeout } from '../../lib/withTimeout.ts';
import { EVENTS, type Log } from '../../ports/log.ts';
import type { StoredHead } from '../../ports/presenceStore.ts';
import type { TokenProvider } from '../../ports/tokenProvider.ts';
import type { Expiries, ExpiryForecast } from '../signIn/expiryForecast.ts';
import { bestEffort } from '../state/bestEffort.ts';
import type { Stores } from '../state/readOrCreateHead.ts';
import { cycleReport, logCycle, type SignInOutcome } from './cycleReport.ts';
import { type Members, membersReader } from './members.ts';
import { type PublishResult, publishCycle } from './publishCycle.ts';
import { recordPublishFailure } from './recordPublishFailure.ts';
import type { ShardCache } from './shardCache.ts';
import { failedOutcomes, type ShardOutcome } from './shardOutcome.ts';
import type { ShardReader } from './shardReader.ts';

/** A cycle ends within this time; what Graph has not answered by then has failed. */
export const CYCLE_BUDGET_MS = 15_000;
/** What has been read by then is published without what has not: one slow request makes nobody else's data old. */
const PUBLISH_AFTER_MS = 1_500;
/** After everything is published a forecast is waited for so long; a later one stands in the next cycle's report. */
const FORECAST_PATIENCE_MS = 2_000;

export interface CycleDeps extends Stores, Time {
  readonly cache: ShardCache;
  readonly tokens: TokenProvider;
  readonly forecast: ExpiryForecast;
  readonly readShards: ShardReader;
  /** How many people one request to Graph asks for; as many as it allows unless said otherwise. */
  readonly shardSize?: number;
}

export interface CycleOptions {
  /** The timer's own run, which keeps the base rhythm; otherwise somebody asked. */
  readonly isTimer: boolean;
  /** The timer has stopped: then what a read does instead is logged as the timer's work would be. */
  readonly isHealing: boolean;
  /** Whether a poll is still wanted, given the head as it is now. */
  readonly isWanted: (head: Head) => boolean;
}

/**
 * `partial`: some shards were not read, others were; `throttled`: some were not read because Graph asked to wait;
 * `failed`: nobody was read; `not-wanted`: somebody else was faster.
 */
export type CycleResult = 'complete' | 'partial' | 'throttled' | 'failed' | 'not-wanted';

interface Run {
  readonly attemptedAt: number;
  readonly startedAt: number;
}

interface CycleDone {
  readonly head: Head;
  /** False when the agents were replaced meanwhile. */
  readonly published: boolean;
  /** Somebody is not looked up yet. */
  readonly pending: boolean;
  readonly result: CycleResult;
  /** Ends when the slow shards are published as well. */
  readonly rest: Promise<void>;
}

/** One cycle: who is mapped, what Teams says of them, what of it is new. */
export function pollCycle(deps: CycleDeps): (log: Log, options: CycleOptions) => Promise<CycleDone> {
  const { presence, clock, monotonic, sleep } = deps;
  const publisher = { store: presence, cache: deps.cache, clock, owed: { removal: false } };
  const readMembers = membersReader(deps, deps.shardSize);
  /** What is recorded as current already: an upload that was killed after its switch has not done it. */
  let recorded = { agents: '', rules: '' };

  async function recordCurrent({ agents, rules }: Head): Promise<void> {
    if (recorded.agents === agents.id && recorded.rules === rules) return;
    await bestEffort(async () => {
      await deps.agents.markCurrent(agents);
      await deps.rules.markCurrent(rules);
      recorded = { agents: agents.id, rules };
    });
  }

  /** Nobody's state waits for what is said about the end of secrets: that is written afterwards. */
  async function addForecast({ head, etag }: StoredHead, forecast: Promise<Expiries | undefined>): Promise<void> {
    const { secretExpiry, passwordExpiry } = head.report;
    const expiries = await withTimeout(FORECAST_PATIENCE_MS, sleep, forecast, () => ({ secretExpiry, passwordExpiry }));
    if (expiries === undefined || sameExpiries(expiries, head.report)) return;
    await bestEffort(async () => {
      await presence.replaceHead({ ...head, report: { ...head.report, ...expiries } }, etag);
    });
  }

  /** What the line of a run says of whom it was about, and how old the data had become before it. */
  function cycleMeasures({ report: { succeededAt } }: Head, { shards }: Members, { attemptedAt, startedAt }: Run) {
    return {
      people: shards.reduce((sum, { length }) => sum + length, 0),
      ageSeconds: succeededAt === 0 ? -1 : ageSeconds(succeededAt, attemptedAt),
      milliseconds: Math.round(monotonic() - startedAt),
      now: clock(),
    };
  }

  /** The timer came right after somebody had everybody read: it leaves its mark and asks nobody. */
  async function recordRun({ head, etag }: StoredHead, members: Members, run: Run, log: Log): Promise<void> {
    const report = { ...head.report, timerAt: run.attemptedAt };
    await bestEffort(async () => {
      await presence.replaceHead({ ...head, report }, etag);
    });
    const nothing = { changed: 0, sequenceRegressions: 0, published: true };
    logCycle(log, [], report, { ...nothing, ...cycleMeasures(head, members, run) });
  }

  return async (log, options) => {
    const [attemptedAt, startedAt] = [clock(), monotonic()];
    const { stored, members } = await readMembers();
    const done = { head: stored.head, published: true, pending: members.pending, rest: Promise.resolve() };
    if (!options.isWanted(stored.head)) {
      if (options.isTimer) await recordRun(stored, members, { attemptedAt, startedAt }, log);
      return { ...done, result: 'not-wanted' };
    }
    const signIn = await trySignIn(deps);
    // Whatever is wrong with it, a forecast costs no poll.
    const forecast = signIn.state && deps.forecast(signIn.state).catch(logFault(log));
    const before = stored.head.report;
    const abandoned = new AbortController();
    const request = {
      members: members.shards,
      head: stored.head,
      signal: AbortSignal.any([AbortSignal.timeout(CYCLE_BUDGET_MS), abandoned.signal]),
      sparesFailed: !options.isTimer,
    };
    const { error } = signIn;
    const reading: Work<ShardOutcome> =
      error === undefined
        ? add => deps.readShards(request, add)
        : async add => failedOutcomes(members.shards, error).forEach(add);
    const batches = inBatches(reading, PUBLISH_AFTER_MS, sleep);
    const outcomes: ShardOutcome[] = [];
    const counts = { changed: 0, sequenceRegressions: 0 };
    let report: PollReport = before;
    let isLast = false;
    let isForecastPublished = false;

    /** Publishes what came in meanwhile. */
    async function publishNext(latest: StoredHead): Promise<PublishResult> {
      const { value: batch = [], done: isOver } = await batches.next();
      outcomes.push(...batch);
      const unanswered = members.shards.length - outcomes.length;
      isLast = isOver === true || unanswered === 0;
      const forecasted = await ready(forecast);
      isForecastPublished = forecasted !== undefined;
      const timerAt = options.isTimer ? attemptedAt : before.timerAt;
      report = { ...cycleReport(before, { signIn, outcomes, unanswered, attemptedAt }, forecasted ?? before), timerAt };
      const learned = { agents: members.version, members: members.shards, outcomes: batch, report };
      const published = await publishCycle(publisher, latest, learned).catch(async error => {
        // Nobody publishes what is still to come: the next cycle asks for it anew.
        abandoned.abort();
        await recordPublishFailure(presence, report, error);
        throw error;
      });
      // The agents were replaced meanwhile: what is still to come is of others.
      if (published.stored === undefined) abandoned.abort();
      counts.changed += published.changed;
      counts.sequenceRegressions += published.sequenceRegressions;
      return published;
    }

    function logOutcomes(isPublished: boolean): void {
      const run = cycleMeasures(stored.head, members, { attemptedAt, startedAt });
      logCycle(log, outcomes, report, { ...counts, ...run, published: isPublished });
    }

    async function finish(first: PublishResult): Promise<void> {
      let latest = first;
      while (!isLast && latest.stored !== undefined) latest = await publishNext(latest.stored);
      // What reads do beside the timer is the usual thing: a line for each would be most of the log.
      if (options.isTimer || options.isHealing || resultOf(report, outcomes) === 'failed') {
        logOutcomes(latest.stored !== undefined);
      }
      if (latest.stored === undefined) return;
      await recordCurrent(latest.stored.head);
      if (!options.isTimer) return;
      if (forecast !== undefined && !isForecastPublished) await addForecast(latest.stored, forecast);
    }

    const first = await publishNext(stored);
    const result = resultOf(report, outcomes);
    return { ...done, published: first.stored !== undefined, result, rest: finish(first) };
  };
}

function resultOf(report: PollReport, outcomes: readonly ShardOutcome[]): CycleResult {
  if (report.succeededAt === report.attemptedAt) return 'complete';
  const failed = outcomes.filter(({ presences }) => presences === undefined);
  const throttled = failed.length > 0 && failed.every(({ error }) => error instanceof GraphThrottledError);
  if (throttled) return 'throttled';
  return failed.length < outcomes.length ? 'partial' : 'failed';
}

function logFault(log: Log) {
  return (error: unknown): undefined => {
    log(EVENTS.pollFailed, describeFault(error));
    return undefined;
  };
}

/** The value of a promise that has one already. */
function ready<T>(promise: Promise<T> | undefined): Promise<T | undefined> {
  return Promise.race([promise, Promise.resolve(undefined)]);
}

function sameExpiries(a: Expiries, b: Expiries): boolean {
  return a.secretExpiry.at === b.secretExpiry.at && a.passwordExpiry.at === b.passwordExpiry.at;
}

/** Signs in also when nobody is mapped yet, so that the administrator sees at once whether it works. */
async function trySignIn({ tokens }: CycleDeps): Promise<SignInOutcome> {
  try {
    const { mode } = await tokens.token('presence');
    return { mode, state: await tokens.state(), error: undefined };
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return { mode: '', state: undefined, error };
  }
}
