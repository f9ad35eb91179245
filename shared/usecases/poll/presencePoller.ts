import type { Head } from '../../domain/snapshot/head.ts';
import { withTimeout } from '../../lib/withTimeout.ts';
import type { Log } from '../../ports/log.ts';
import { type CycleDeps, type CycleOptions, type CycleResult, pollCycle } from './pollCycle.ts';
import { isTimersTurn } from './quota.ts';

const CYCLES_AT_MOST = 2;
/** What cannot wait for the hourly sync is waited for so long; then it goes on beside the polls. */
const SYNC_PATIENCE_MS = 5_000;

interface PollDeps extends CycleDeps {
  /** Does after a cycle what cannot wait for the hourly sync; `pending`: somebody is not looked up yet. */
  readonly syncIfDue?: (head: Head, pending: boolean, log: Log) => Promise<void>;
}

export interface PollDone {
  readonly result: CycleResult;
  /** Ends when what came too late is published as well, and what follows a run of the timer is done. */
  readonly rest: Promise<void>;
}

export type Poll = (log: Log, options?: CycleOptions) => Promise<PollDone>;

/**
 * One poll: a cycle, once more when the agents were replaced meanwhile. Faults of Teams, Entra or the vault are part of
 * the result and stand in the head; they cost nobody their last known state.
 *
 * The returned function throws StoreUnavailableError when the tables cannot be used, for there is nothing else to do.
 */
export function presencePoller(deps: PollDeps): Poll {
  const cycle = pollCycle(deps);
  let syncing: Promise<void> | undefined;
  const isWanted = (head: Head) => isTimersTurn(head, deps.clock());
  const timerRun: CycleOptions = { isTimer: true, isHealing: false, isWanted };

  /** A large tenant takes minutes: polling goes on meanwhile. */
  async function syncIfDue(head: Head, pending: boolean, log: Log): Promise<void> {
    if (syncing !== undefined || deps.syncIfDue === undefined) return;
    syncing = deps.syncIfDue(head, pending, log).finally(() => {
      syncing = undefined;
    });
    // A fault that comes later is nobody's to catch any more; it stands in the head.
    syncing.catch(() => undefined);
    await withTimeout(SYNC_PATIENCE_MS, deps.sleep, syncing, () => undefined);
  }

  return async (log, options = timerRun) => {
    // Agents that were replaced while Graph was asked: whoever is read now must not wait for the next cycle.
    let done = await cycle(log, options);
    for (let cycles = 1; !done.published && cycles < CYCLES_AT_MOST; cycles += 1) done = await cycle(log, options);
    const { head, pending, result } = done;
    const rest = done.rest.then(() => (options.isTimer ? syncIfDue(head, pending, log) : undefined));
    // Whoever does not wait for it has no use for its fault either.
    rest.catch(() => undefined);
    return { result, rest };
  };
}
