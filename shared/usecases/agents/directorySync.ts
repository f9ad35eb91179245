import { type Agent, isActive, isListed, isPending } from '../../domain/agents/agent.ts';
import type { AgentList } from '../../domain/agents/agentList.ts';
import { sourceText } from '../../domain/agents/agentSource.ts';
import { matchReport } from '../../domain/agents/matchReport.ts';
import { hasExpired } from '../../domain/agents/tombstones.ts';
import { credible } from '../../domain/presence/freshness.ts';
import { type DirectoryReport, type Head, type RecordedFault, withoutPrevious } from '../../domain/snapshot/head.ts';
import {
  AgentsChangeRefused,
  describeFault,
  GraphUnavailableError,
  StoreConflictError,
  StoreUnavailableError,
} from '../../errors/errors.ts';
import type { Clock, Monotonic } from '../../lib/clock.ts';
import { retryConflicts } from '../../lib/retryConflicts.ts';
import { singleFlight } from '../../lib/singleFlight.ts';
import { EVENTS, type Log } from '../../ports/log.ts';
import { bestEffort } from '../state/bestEffort.ts';
import type { Stores } from '../state/readOrCreateHead.ts';
import { readOrRepairAgents } from '../state/readOrRepairAgents.ts';
import { removeLitter } from '../state/removeLitter.ts';
import { type BuildAgentsDeps, buildAgents } from './buildAgents.ts';
import { type HeadChange, recordDirectory, sameAgents, switchAgents } from './switchAgents.ts';

/** A large tenant is a list of hundreds of pages; host.json ends a function after a quarter of an hour. */
const BUDGET_MS = 10 * 60_000;
/** A sync that is due all the time, because it fails, is not tried more often than this. */
const RETRY_MS = 60_000;
/** After a fault that passes by itself the next attempt does not wait for the hourly one. */
const RETRY_AFTER_OUTAGE_MS = 10 * 60_000;
/** Agents that are replaced while the directory is asked are asked about anew. */
const ATTEMPTS = 3;
const PASSING = ['graph_unavailable', 'graph_throttled', 'sign_in_unavailable', 'vault_unreachable', 'store_conflict'];
const DAY_MS = 86_400_000;

interface SyncDeps extends Stores, BuildAgentsDeps {
  readonly clock: Clock;
  readonly monotonic: Monotonic;
  /** Ends the sync. */
  readonly budget?: () => AbortSignal;
}

/** Numbers that nobody had are looked for again by the first sync of a day: that lists the whole tenant. */
const dayOf = (time: number) => Math.floor(time / DAY_MS);

/** Where the agents come from that the head names; before the first sync or upload from the list. */
const sourceOf = ({ directory }: Head) => directory.source || 'list';

/**
 * Whether somebody waits for a sync that is not the hourly one: rows not looked up yet, another source, or a fault that
 * passes by itself and kept the last one from finding out who was renamed or disabled.
 */
export function syncIsDue(head: Head, pending: boolean, source: string, now: number): boolean {
  const wanted = sourceOf(head) !== source || pending;
  const since = now - credible(head.directory.attemptedAt, now);
  const wasOut = PASSING.includes(head.directory.fault?.code ?? '');
  return (wanted && since >= RETRY_MS) || (wasOut && since >= RETRY_AFTER_OUTAGE_MS);
}

/**
 * Asks the directory about every agent: who was renamed, disabled or deleted, who joined or left the groups. It changes
 * the agents completely or not at all, leaves its outcome in the head, and removes documents that no head names.
 *
 * The returned function throws StoreUnavailableError; faults of Entra and Graph are part of the outcome.
 */
export function directorySync(deps: SyncDeps): (log: Log) => Promise<void> {
  const source = sourceText(deps.source);
  const budget = deps.budget ?? (() => AbortSignal.timeout(BUDGET_MS));

  const writeHeadAndRemoveLitter = async (write: () => Promise<Head>) =>
    (await removeLitter(deps.presence, write)).head;
  /** Beside what it found, a sync makes an end of the documents from before those that count. */
  const withReport =
    (report: Partial<DirectoryReport>): HeadChange =>
    head => ({ ...withoutPrevious(head), directory: { ...head.directory, ...report } });

  async function sync(head: Head, known: AgentList) {
    const before = known.agents;
    const attemptedAt = deps.clock();
    const rows = before.filter(isListed).map(agent => ({ entry: agent, line: agent.line, known: agent }));
    const signal = budget();
    const relist = dayOf(attemptedAt) !== dayOf(head.directory.succeededAt);
    const agents = await buildAgents(deps, rows, { signal, again: true, relist });
    if (signal.aborted) throw new GraphUnavailableError('Microsoft Graph did not answer the directory sync in time.');
    const [lost, all] = losses(before, agents);
    // Another source is an administrator's wish, however many it removes.
    if (lost > all / 2 && source === sourceOf(head)) {
      throw new AgentsChangeRefused(
        'would_remove',
        `The directory sync changed nothing: it would lose ${lost} of ${all} agents. Check Entra and AGENT_SOURCE; if it is right, upload the agents with ?replaceAll=1.`,
      );
    }
    const change = withReport({ attemptedAt, succeededAt: attemptedAt, source, fault: undefined });
    const forgets = known.tombstones.some(tombstone => hasExpired(tombstone, attemptedAt));
    const isSame = sameAgents(before, agents) && !forgets;
    const written = await writeHeadAndRemoveLitter(() =>
      isSame ? recordDirectory(deps, change) : switchAgents(deps, head.agents, known, agents, change),
    );
    // Also when nothing changed: somebody who died may have left the rows of another version behind.
    await bestEffort(() => deps.agents.markCurrent(written.agents));
    const { count, notFound } = matchReport(agents, 'all');
    return { agents: count, notFound, lost, pending: agents.filter(isPending).length };
  }

  async function recordFault(attemptedAt: number, fault: RecordedFault): Promise<void> {
    await writeHeadAndRemoveLitter(() => recordDirectory(deps, withReport({ attemptedAt, fault }))).catch(again => {
      if (!(again instanceof StoreConflictError)) throw again;
    });
  }

  // The timer and a sync that cannot wait for it never run at once: one of them would lose the agents to the other.
  return singleFlight(async (log: Log) => {
    const [attemptedAt, startedAt] = [deps.clock(), deps.monotonic()];
    try {
      // Uploads ask the directory about what they change only: the rest is still to be looked at.
      const counts = await retryConflicts(ATTEMPTS, async attempt => {
        const { stored, list } = await readOrRepairAgents(deps);
        // Another instance was faster, and has looked at everybody.
        if (attempt > 1 && credible(stored.head.directory.succeededAt, deps.clock()) >= attemptedAt) return undefined;
        return sync(stored.head, list).catch(asConflict);
      });
      if (counts !== undefined) {
        log(EVENTS.syncSucceeded, { ...counts, milliseconds: Math.round(deps.monotonic() - startedAt) });
      }
    } catch (error) {
      if (error instanceof StoreUnavailableError) throw error;
      const fault = describeFault(error);
      log(EVENTS.syncFailed, fault);
      await recordFault(attemptedAt, fault);
    }
  });
}

/** Agents that were replaced during a sync are a reason to look again. */
function asConflict(error: unknown): never {
  if (!(error instanceof AgentsChangeRefused && error.code === 'upload_running')) throw error;
  throw new StoreConflictError(
    'The directory sync changed nothing: the agents were replaced meanwhile, again and again. The next one comes by itself.',
    { cause: error },
  );
}

/** How many agents would be gone or known to nobody, of how many that are found now. */
function losses(before: readonly Agent[], agents: readonly Agent[]): [lost: number, all: number] {
  const found = new Set(
    agents.filter(agent => isActive(agent) && agent.account !== 'not-in-directory').map(({ agentId }) => agentId),
  );
  const known = before.filter(agent => isActive(agent) && agent.account !== 'not-in-directory' && !isPending(agent));
  return [known.filter(({ agentId }) => !found.has(agentId)).length, known.length];
}
