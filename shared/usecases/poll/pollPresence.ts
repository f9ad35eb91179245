import { isPending } from '../../domain/agents/agent.ts';
import { type AgentsVersion, sameVersion } from '../../domain/agents/agentList.ts';
import { ageSeconds } from '../../domain/presence/freshness.ts';
import { shardMembers } from '../../domain/presence/shards.ts';
import type { Head, PollReport } from '../../domain/snapshot/head.ts';
import { ConnectorError, GraphThrottledError, StoreConflictError, StoreUnavailableError } from '../../errors/errors.ts';
import type { Time } from '../../lib/clock.ts';
import { withTimeout } from '../../lib/withTimeout.ts';
import type { Log } from '../../ports/log.ts';
import type { PresenceStore, StoredHead } from '../../ports/presenceStore.ts';
import type { TokenProvider } from '../../ports/tokenProvider.ts';
import type { Expiries, ExpiryForecast } from '../signIn/expiryForecast.ts';
import { bestEffort } from '../state/bestEffort.ts';
import { readOrRepairAgents } from '../state/readAgents.ts';
import { readOrCreateHead, type Stores } from '../state/readOrCreateHead.ts';
import { cycleReport, logCycle, type SignInOutcome, unpublished } from './cycleReport.ts';
import { publishCycle } from './publish.ts';
import { failedOutcomes, type ShardOutcome, type ShardReader } from './readShards.ts';
import type { ShardCache } from './shardCache.ts';

/** A cycle ends within this time; what Graph has not answered by then has failed. */
export const CYCLE_BUDGET_MS = 15_000;
const CYCLES_AT_MOST = 2;
/** After everything is published a forecast is waited for so long; a later one stands in the next cycle's report. */
const FORECAST_PATIENCE_MS = 2_000;
/** What cannot wait for the hourly sync is waited for so long; then it goes on beside the polls. */
const SYNC_PATIENCE_MS = 5_000;

export interface PollDeps extends Stores, Time {
  readonly cache: ShardCache;
  readonly tokens: TokenProvider;
  readonly forecast: ExpiryForecast;
  readonly readShards: ShardReader;
  /** How many people one request to Graph asks for; as many as it allows unless said otherwise. */
  readonly shardSize?: number;
  /** Does after a cycle what cannot wait for the hourly sync; `pending`: somebody is not looked up yet. */
  readonly syncIfDue?: (head: Head, pending: boolean, log: Log) => Promise<void>;
}

export interface PollOptions {
  /** The timer's own run, which keeps the base rhythm; otherwise somebody asked. */
  readonly isTimer: boolean;
  /** The timer has stopped: then what a read does instead is logged as the timer's work would be. */
  readonly isHealing: boolean;
  /** Whether a poll is still wanted, given the head as it is now. */
  readonly isWanted: (head: Head) => boolean;
}

const TIMER_RUN: PollOptions = { isTimer: true, isHealing: false, isWanted: () => true };

/**
 * `partial`: some shards were not read, others were; `throttled`: some were not read because Graph asked to wait;
 * `failed`: nobody was read; `not-wanted`: somebody else was faster.
 */
export type PollResult = 'complete' | 'partial' | 'throttled' | 'failed' | 'not-wanted';
export type Poll = (log: Log, options?: PollOptions) => Promise<PollResult>;

interface Members {
  readonly version: AgentsVersion;
  /** The ids each shard reads. */
  readonly shards: readonly (readonly string[])[];
  readonly pending: boolean;
}

/**
 * One poll cycle: who is mapped, what Teams says of them, what of it is new. Faults of Teams, Entra or the vault are
 * part of the result and stand in the head; they cost nobody their last known state.
 *
 * The returned function throws StoreUnavailableError when the tables cannot be used, for there is nothing else to do.
 */
export function presencePoller(deps: PollDeps): Poll {
  const { presence, clock, monotonic, sleep } = deps;
  let known: Members | undefined;
  /** What is recorded as current already: an upload that was killed after its switch has not done it. */
  let recorded = { agents: '', rules: '' };
  let syncing: Promise<void> | undefined;

  /** The head and whom it has read; the agents are read again only when the head names others. */
  async function start(): Promise<{ stored: StoredHead; members: Members }> {
    const stored = await readOrCreateHead(deps);
    if (known !== undefined && sameVersion(known.version, stored.head.agents)) return { stored, members: known };
    const found = await readOrRepairAgents(deps, stored);
    const { agents } = found.list;
    known = {
      version: found.stored.head.agents,
      shards: shardMembers(agents, deps.shardSize),
      pending: agents.some(isPending),
    };
    return { stored: found.stored, members: known };
  }

  async function recordCurrent({ agents, rules }: Head): Promise<void> {
    if (recorded.agents === agents.id && recorded.rules === rules) return;
    await bestEffort(async () => {
      await deps.agents.markCurrent(agents);
      await deps.rules.markCurrent(rules);
      recorded = { agents: agents.id, rules };
    });
  }

  /** Nobody's state waits for what is said about the end of secrets: that is written afterwards. */
  async function addForecast({ head, etag }: StoredHead, forecast: Promise<Expiries>): Promise<void> {
    const { secretExpiry, passwordExpiry } = head.report;
    const expiries = await withTimeout(FORECAST_PATIENCE_MS, sleep, forecast, () => ({ secretExpiry, passwordExpiry }));
    if (sameExpiries(expiries, head.report)) return;
    await bestEffort(async () => {
      await presence.replaceHead({ ...head, report: { ...head.report, ...expiries } }, etag);
    });
  }

  async function cycle(log: Log, options: PollOptions): Promise<Cycle> {
    const [attemptedAt, startedAt] = [clock(), monotonic()];
    const { stored, members } = await start();
    const done = { head: stored.head, published: true, pending: members.pending };
    if (!options.isWanted(stored.head)) return { ...done, result: 'not-wanted' };
    const signIn = await trySignIn(deps);
    const forecast = signIn.state && deps.forecast(signIn.state);
    const outcomes =
      signIn.error === undefined
        ? await deps.readShards(members.shards, stored.head, AbortSignal.timeout(CYCLE_BUDGET_MS))
        : failedOutcomes(members.shards, signIn.error);
    const before = stored.head.report;
    const expiries = await ready(forecast);
    const timerAt = options.isTimer ? attemptedAt : before.timerAt;
    const report = { ...cycleReport(before, signIn, outcomes, expiries ?? before, attemptedAt), timerAt };
    const learned = { agents: members.version, members: members.shards, outcomes, report };
    const result = await publishCycle({ store: presence, cache: deps.cache, clock }, stored, learned).catch(
      async error => {
        await recordPublishFailure(presence, report, error);
        throw error;
      },
    );
    const published = result.stored !== undefined;
    const outcome = resultOf(report, outcomes);
    // What reads do beside the timer is the usual thing: a line for each would be most of the log.
    if (options.isTimer || options.isHealing || outcome === 'failed') {
      const people = members.shards.reduce((sum, { length }) => sum + length, 0);
      const now = clock();
      const age = before.succeededAt === 0 ? -1 : ageSeconds(before.succeededAt, attemptedAt);
      const about = { people, ageSeconds: age, published, milliseconds: Math.round(monotonic() - startedAt), now };
      logCycle(log, outcomes, report, { ...result, ...about });
    }
    if (result.stored !== undefined && options.isTimer) {
      if (expiries === undefined && forecast !== undefined) await addForecast(result.stored, forecast);
      await recordCurrent(result.stored.head);
    }
    return { ...done, published, result: outcome };
  }

  /** A large tenant takes minutes: polling goes on meanwhile. */
  async function syncIfDue(head: Head, pending: boolean, log: Log): Promise<void> {
    if (syncing !== undefined || deps.syncIfDue === undefined) return;
    syncing = deps.syncIfDue(head, pending, log).finally(() => {
      syncing = undefined;
    });
    // A fault that comes later is nobody's to catch any more; it stands in the head.
    syncing.catch(() => undefined);
    await withTimeout(SYNC_PATIENCE_MS, sleep, syncing, () => undefined);
  }

  return async (log, options = TIMER_RUN) => {
    // Agents that were replaced while Graph was asked: whoever is read now must not wait for the next cycle.
    let done = await cycle(log, options);
    for (let cycles = 1; !done.published && cycles < CYCLES_AT_MOST; cycles += 1) done = await cycle(log, options);
    if (options.isTimer) await syncIfDue(done.head, done.pending, log);
    return done.result;
  };
}

interface Cycle {
  readonly head: Head;
  /** False when the agents were replaced meanwhile. */
  readonly published: boolean;
  readonly pending: boolean;
  readonly result: PollResult;
}

function resultOf(report: PollReport, outcomes: readonly ShardOutcome[]): PollResult {
  if (report.succeededAt === report.attemptedAt) return 'complete';
  const failed = outcomes.filter(({ presences }) => presences === undefined);
  const throttled = failed.length > 0 && failed.every(({ error }) => error instanceof GraphThrottledError);
  if (throttled) return 'throttled';
  return failed.length > 0 && failed.length < outcomes.length ? 'partial' : 'failed';
}

/** The value of a promise that has one already. */
function ready<T>(promise: Promise<T> | undefined): Promise<T | undefined> {
  return Promise.race([promise, Promise.resolve(undefined)]);
}

function sameExpiries(a: Expiries, b: Expiries): boolean {
  return a.secretExpiry.at === b.secretExpiry.at && a.passwordExpiry.at === b.passwordExpiry.at;
}

/** Documents that cannot be written keep a cycle from being published; its head says why, if that can be written. */
async function recordPublishFailure(store: PresenceStore, report: PollReport, error: unknown): Promise<void> {
  if (!(error instanceof StoreUnavailableError)) return;
  try {
    const stored = await store.readHead();
    if (stored === undefined || stored.head.report.attemptedAt > report.attemptedAt) return;
    const failed = unpublished(report, stored.head.report, error);
    await store.replaceHead({ ...stored.head, report: failed }, stored.etag);
  } catch (again) {
    // The tables are gone altogether, or another poller was faster: the first error is the one to throw.
    if (!(again instanceof StoreUnavailableError || again instanceof StoreConflictError)) throw again;
  }
}

/** Signs in also when nobody is mapped yet, so that the administrator sees at once whether it works. */
async function trySignIn({ tokens }: PollDeps): Promise<SignInOutcome> {
  try {
    const { mode } = await tokens.token('presence');
    return { mode, state: await tokens.state(), error: undefined };
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return { mode: '', state: undefined, error };
  }
}
