import { type AgentsVersion, isPending } from '../../domain/agents/agent.ts';
import { shardMembers } from '../../domain/presence/shards.ts';
import { stateCounts } from '../../domain/presence/stateCounts.ts';
import { daysLeft } from '../../domain/signIn/expiry.ts';
import type { Head, PollReport } from '../../domain/snapshot/head.ts';
import { ConnectorError, describeFault, StoreConflictError, StoreUnavailableError } from '../../errors/errors.ts';
import type { Clock, Sleep } from '../../lib/clock.ts';
import { withTimeout } from '../../lib/withTimeout.ts';
import { EVENTS, type Log } from '../../ports/log.ts';
import type { PresenceStore, StoredHead } from '../../ports/presenceStore.ts';
import type { CredentialState, TokenProvider } from '../../ports/tokenProvider.ts';
import type { Expiries, ExpiryForecast } from '../signIn/expiryForecast.ts';
import { readOrRepairAgents } from '../state/readAgents.ts';
import { readOrCreateHead, type Stores } from '../state/readOrCreateHead.ts';
import { patientHead, publishCycle } from './publish.ts';
import { failedOutcomes, type ShardOutcome, type ShardReader } from './readShards.ts';
import { RowMemory } from './shardCache.ts';

/** A cycle ends within this time; what Graph has not answered by then has failed. */
export const CYCLE_BUDGET_MS = 15_000;
const REPORTED_FAULTS = 3;
const CYCLES_AT_MOST = 2;
/** What cannot wait for the hourly sync is waited for so long; then it goes on beside the polls. */
const CATCH_UP_PATIENCE_MS = 5_000;

export interface PollDeps extends Stores {
  readonly tokens: TokenProvider;
  readonly forecast: ExpiryForecast;
  readonly readShards: ShardReader;
  readonly clock: Clock;
  readonly sleep: Sleep;
  /** Does after a cycle what cannot wait for the hourly sync; `pending`: somebody is not looked up yet. */
  readonly catchUp?: (head: Head, pending: boolean, log: Log) => Promise<void>;
}

/**
 * One poll cycle: who is mapped, what Teams says of them, what of it is new. Faults of Teams, Entra or the vault are
 * part of the result and stand in the head; they cost nobody their last known state.
 *
 * The returned function resolves to whether everybody was read. It throws StoreUnavailableError when the tables cannot be
 * used, for there is nothing else to do.
 */
export function presencePoller(deps: PollDeps): (log: Log) => Promise<boolean> {
  const memory = new RowMemory(deps.presence);
  let known: { generation: AgentsVersion; members: string[][]; pending: boolean } | undefined;

  let settledRules = '';
  let catchingUp: Promise<void> | undefined;

  /** The head and whom it has read; the agents are read again only when the head names others. */
  async function start(): Promise<{ stored: StoredHead; members: string[][] }> {
    const readHead = async () => (await patientHead(deps.presence, deps.sleep)) ?? (await readOrCreateHead(deps));
    const stored = await readHead();
    // An upload that was killed after its switch may not have recorded it.
    if (stored.head.rules !== settledRules) await deps.rules.markCurrent(stored.head.rules);
    settledRules = stored.head.rules;
    if (known !== undefined && known.generation.id === stored.head.agents.id) return { stored, members: known.members };
    const found = await readOrRepairAgents(deps.presence, deps.agents, readHead, stored);
    await deps.agents.markCurrent(found.generation);
    known = {
      generation: found.generation,
      members: shardMembers(found.agents),
      pending: found.agents.some(isPending),
    };
    return { stored: found.stored, members: known.members };
  }

  async function cycle(log: Log): Promise<{ head: Head; published: boolean; complete: boolean }> {
    const attemptedAt = deps.clock();
    const { stored, members } = await start();
    const signIn = await trySignIn(deps);
    const [outcomes, expiries] = await Promise.all([
      signIn.error === undefined
        ? deps.readShards(members, stored.head, AbortSignal.timeout(CYCLE_BUDGET_MS))
        : failedOutcomes(members, signIn.error),
      signIn.state && deps.forecast(signIn.state),
    ]);
    const report = cycleReport(stored.head, { ...signIn, expiries }, outcomes, attemptedAt);
    const learned = { agents: stored.head.agents, members, outcomes, report };
    const result = await publishCycle(
      { store: deps.presence, memory, clock: deps.clock, sleep: deps.sleep },
      stored,
      learned,
    ).catch(async error => {
      await recordPublishFailure(deps.presence, report, error);
      throw error;
    });
    logCycle(log, outcomes, report, { ...result, milliseconds: deps.clock() - attemptedAt, now: deps.clock() });
    return { head: stored.head, published: result.published, complete: report.succeededAt === attemptedAt };
  }

  /** A large tenant takes minutes: polling goes on meanwhile. */
  async function catchUp(now: Head, pending: boolean, log: Log): Promise<void> {
    if (catchingUp !== undefined || deps.catchUp === undefined) return;
    catchingUp = deps.catchUp(now, pending, log).finally(() => {
      catchingUp = undefined;
    });
    // A fault that comes later is nobody's to catch any more; it stands in the head.
    catchingUp.catch(() => undefined);
    await withTimeout(CATCH_UP_PATIENCE_MS, deps.sleep, catchingUp, () => undefined);
  }

  return async log => {
    // Agents that were replaced while Graph was asked: whoever is read now must not wait for the next cycle.
    let done = await cycle(log);
    for (let cycles = 1; !done.published && cycles < CYCLES_AT_MOST; cycles += 1) done = await cycle(log);
    if (known !== undefined) await catchUp(done.head, known.pending, log);
    return done.complete;
  };
}

/** Rows that cannot be written keep a cycle from being published; its head says why, if that can be written. */
async function recordPublishFailure(store: PresenceStore, report: PollReport, error: unknown): Promise<void> {
  if (!(error instanceof StoreUnavailableError)) return;
  try {
    const stored = await store.readHead();
    if (stored === undefined || stored.head.report.attemptedAt > report.attemptedAt) return;
    const { succeededAt } = stored.head.report;
    const faults = [describeFault(error), ...report.faults].slice(0, REPORTED_FAULTS);
    await store.replaceHead({ ...stored.head, report: { ...report, succeededAt, faults } }, stored.etag);
  } catch (again) {
    // The tables are gone altogether, or another poller was faster: the first error is the one to throw.
    if (!(again instanceof StoreUnavailableError || again instanceof StoreConflictError)) throw again;
  }
}

interface SignInOutcome {
  readonly mode: string;
  readonly state: CredentialState | undefined;
  /** Why there is no token. */
  readonly error: ConnectorError | undefined;
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

function cycleReport(
  head: Head,
  signIn: SignInOutcome & { readonly expiries: Expiries | undefined },
  outcomes: readonly ShardOutcome[],
  attemptedAt: number,
): PollReport {
  const failedShards = outcomes.filter(outcome => outcome.seen === undefined).length;
  const errors = [signIn.error, ...(signIn.state?.faults ?? []), ...outcomes.map(outcome => outcome.error)];
  const faults = errors.flatMap(error => (error === undefined ? [] : describeFault(error)));
  const distinct = new Map(faults.map(fault => [fault.code, fault]));
  const { secretExpiry, passwordExpiry } = signIn.expiries ?? head.report;
  return {
    attemptedAt,
    succeededAt: signIn.error === undefined && failedShards === 0 ? attemptedAt : head.report.succeededAt,
    signIn: signIn.mode,
    failedShards,
    secretExpiry,
    passwordExpiry,
    faults: [...distinct.values()].slice(0, REPORTED_FAULTS),
  };
}

function logCycle(
  log: Log,
  outcomes: readonly ShardOutcome[],
  report: PollReport,
  result: { published: boolean; changed: number; sequenceRegressions: number; milliseconds: number; now: number },
): void {
  const fields = {
    shards: outcomes.length,
    failedShards: report.failedShards,
    changed: result.changed,
    sequenceRegressions: result.sequenceRegressions,
    superseded: result.published ? 0 : 1,
    milliseconds: result.milliseconds,
    signIn: report.signIn,
    requestIds: outcomes
      .flatMap(outcome => outcome.requestId || [])
      .slice(0, 8)
      .join(' '),
  };
  // Everybody was read: also when the user is refused and the application stands in.
  if (report.succeededAt === report.attemptedAt) {
    const presences = outcomes.flatMap(({ seen }) => [...(seen?.values() ?? [])]);
    log(EVENTS.pollSucceeded, {
      ...fields,
      secretDaysLeft: daysLeft(report.secretExpiry, result.now),
      passwordDaysLeft: daysLeft(report.passwordExpiry, result.now),
      ...stateCounts(presences),
    });
  }
  for (const { code, message } of report.faults) log(EVENTS.pollFailed, { ...fields, code, message });
}
