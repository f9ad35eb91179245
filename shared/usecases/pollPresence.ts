import type { Agent, Generation } from '../domain/agent.ts';
import type { Head, PollReport } from '../domain/head.ts';
import { shardMembers } from '../domain/shards.ts';
import { ConnectorError, describeFault, StoreConflictError } from '../errors.ts';
import type { AgentStore } from '../ports/agentStore.ts';
import { EVENTS, type Log } from '../ports/log.ts';
import type { PresenceStore, StoredHead } from '../ports/presenceStore.ts';
import type { Clock, Sleep } from '../ports/time.ts';
import type { TokenProvider } from '../ports/tokenProvider.ts';
import { currentHead } from './currentHead.ts';
import type { Expiries, ExpiryForecast } from './expiryForecast.ts';
import { patientHead, publishCycle } from './publishPresence.ts';
import { failedOutcomes, type ShardOutcome, type ShardReader } from './readShards.ts';
import { RowMemory } from './rowMemory.ts';

/** A cycle ends within this time; what Graph has not answered by then has failed. */
const CYCLE_BUDGET_MS = 15_000;
const REPORTED_FAULTS = 3;

export interface PollDeps {
  readonly presence: PresenceStore;
  readonly agents: AgentStore;
  readonly tokens: TokenProvider;
  readonly forecast: ExpiryForecast;
  readonly readShards: ShardReader;
  readonly clock: Clock;
  readonly sleep: Sleep;
}

/**
 * One poll cycle: who is mapped, what Teams says of them, what of it is new. Faults of Teams, Entra or the vault are
 * part of the result and stand in the head; they cost nobody their last known state.
 *
 * The returned function throws StoreUnavailableError when the tables cannot be used, for there is nothing else to do.
 */
export function presencePoller(deps: PollDeps): (log: Log) => Promise<void> {
  const memory = new RowMemory(deps.presence);
  let known: { generation: Generation; members: string[][] } | undefined;

  async function membersOf(generation: Generation): Promise<string[][]> {
    if (known?.generation.id !== generation.id) {
      const agents: Agent[] = await deps.agents.read(generation);
      known = { generation, members: shardMembers(agents) };
    }
    return known.members;
  }

  /** The head and the agents it names, read again when an upload switches them in between. */
  async function start(): Promise<{ stored: StoredHead; members: string[][] }> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const stored =
          (await patientHead(deps.presence, deps.sleep)) ?? (await currentHead(deps.presence, deps.agents));
        return { stored, members: await membersOf(stored.head.agents) };
      } catch (error) {
        if (!(error instanceof StoreConflictError) || attempt === 3) throw error;
      }
    }
  }

  return async log => {
    const attemptedAt = deps.clock();
    const { stored, members } = await start();
    const signIn = await trySignIn(deps);
    const outcomes =
      signIn.error === undefined
        ? await deps.readShards(members, stored.head, AbortSignal.timeout(CYCLE_BUDGET_MS))
        : failedOutcomes(members, signIn.error, attemptedAt);
    const report = cycleReport(stored.head, signIn, outcomes, attemptedAt);
    const cycle = { agents: stored.head.agents, members, outcomes, report };
    const result = await publishCycle(deps.presence, memory, deps.sleep, stored, cycle);
    logCycle(log, outcomes, report, { ...result, milliseconds: deps.clock() - attemptedAt });
  };
}

interface SignInOutcome {
  readonly mode: string;
  readonly expiries: Expiries | undefined;
  /** Why there is no token. */
  readonly error: ConnectorError | undefined;
  /** What is wrong although there is one. */
  readonly warning: ConnectorError | undefined;
}

/** Signs in also when nobody is mapped yet, so that the administrator sees at once whether it works. */
async function trySignIn({ tokens, forecast }: PollDeps): Promise<SignInOutcome> {
  try {
    const { mode } = await tokens.token('presence');
    const state = await tokens.state();
    return { mode, expiries: await forecast(state), error: undefined, warning: state.fault };
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return { mode: '', expiries: undefined, error, warning: undefined };
  }
}

function cycleReport(
  head: Head,
  signIn: SignInOutcome,
  outcomes: readonly ShardOutcome[],
  attemptedAt: number,
): PollReport {
  const failedShards = outcomes.filter(outcome => outcome.seen === undefined).length;
  const errors = [signIn.error, signIn.warning, ...outcomes.map(outcome => outcome.error)];
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
  result: { published: boolean; changed: number; sequenceBack: number; milliseconds: number },
): void {
  const fields = {
    shards: outcomes.length,
    failedShards: report.failedShards,
    changed: result.changed,
    sequenceBack: result.sequenceBack,
    superseded: result.published ? 0 : 1,
    milliseconds: result.milliseconds,
    signIn: report.signIn,
    requestIds: outcomes
      .flatMap(outcome => outcome.requestId || [])
      .slice(0, 8)
      .join(' '),
  };
  if (report.faults.length === 0) log(EVENTS.pollSucceeded, fields);
  for (const { code, message } of report.faults) log(EVENTS.pollFailed, { ...fields, code, message });
}
