import type { Agent, AgentsVersion } from '../../domain/agents/agent.ts';
import { withTombstones } from '../../domain/agents/tombstones.ts';
import { shardMembers } from '../../domain/presence/shards.ts';
import { type DirectoryReport, type Head, NEW_SHARD, renewedHead } from '../../domain/snapshot/head.ts';
import { nextVersionId } from '../../domain/snapshot/versionId.ts';
import { AgentsChangeRefused } from '../../errors/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { retryConflicts } from '../../lib/retryConflicts.ts';
import type { PresenceStore } from '../../ports/presenceStore.ts';
import { copyMoved, forgetRemoved } from '../moveRows.ts';
import { bestEffort } from '../state/bestEffort.ts';
import type { Stores } from '../state/readOrCreateHead.ts';

const ATTEMPTS = 5;
const VERSION_PREFIX = 'g';

/** On which line of the file somebody stood, and since when somebody is gone, makes no other agents. */
const NOT_COMPARED: ReadonlySet<string> = new Set<keyof Agent>(['line', 'removedIn', 'removedAt']);

function sameAgent(before: Agent | undefined, agent: Agent): boolean {
  if (before === undefined || before.account === 'removed') return false;
  const fields = Object.keys(agent) as (keyof Agent)[];
  return fields.every(field => NOT_COMPARED.has(field) || before[field] === agent[field]);
}

/** Whether two sets of agents say the same. */
export function sameAgents(before: readonly Agent[], agents: readonly Agent[]): boolean {
  const old = new Map(before.map(agent => [agent.agentId, agent]));
  const standing = before.filter(({ account }) => account !== 'removed').length;
  return standing === agents.length && agents.every(agent => sameAgent(old.get(agent.agentId), agent));
}

/**
 * Makes these the agents: the new generation is written beside the old one and becomes current in one write, that of
 * the head. A kill before it changes nothing, a kill after it loses nothing.
 *
 * @param directory what the head shall say of the directory from then on
 * @throws AgentsChangeRefused `upload_running` when the agents were replaced meanwhile
 */
export async function switchAgents(
  { presence, agents: store, clock }: Stores & { readonly clock: Clock },
  current: AgentsVersion,
  before: readonly Agent[],
  agents: readonly Agent[],
  directory: DirectoryReport,
): Promise<AgentsVersion> {
  const id = nextVersionId(VERSION_PREFIX, current.id);
  const rows = withTombstones(before, agents, id, clock());
  const generation = { id, count: rows.length };
  await store.write(generation, rows);
  // After a poller that published meanwhile, what was copied may be outdated.
  await retryConflicts(ATTEMPTS, async () => {
    const stored = await presence.readHead();
    if (stored?.head.agents.id !== current.id) {
      throw new AgentsChangeRefused(
        'upload_running',
        'Nothing was changed: another upload was faster. Repeat this one.',
      );
    }
    const sources = await copyMoved(presence, stored.head, before, agents);
    await presence.replaceHead(switchedHead({ ...stored.head, directory }, generation, agents, sources), stored.etag);
  });
  return generation;
}

/**
 * Records the generation and removes what it replaced; also when nothing changed, for an upload that was killed after
 * its switch.
 */
export async function tidyUp(
  { agents: store, presence }: Stores,
  generation: AgentsVersion,
  before: readonly Agent[],
  agents: readonly Agent[],
): Promise<void> {
  await bestEffort(async () => {
    await store.markCurrent(generation);
    await forgetRemoved(presence, before, agents);
  });
}

/** Records what became of a sync that changed no agents. */
export async function recordDirectory(presence: PresenceStore, directory: DirectoryReport): Promise<void> {
  await retryConflicts(ATTEMPTS, async () => {
    const stored = await presence.readHead();
    if (stored !== undefined) await presence.replaceHead({ ...stored.head, directory }, stored.etag);
  });
}

function switchedHead(
  head: Head,
  generation: AgentsVersion,
  agents: readonly Agent[],
  sources: ReadonlyMap<number, ReadonlySet<number>>,
): Head {
  const renewed = renewedHead(head, { agents: generation });
  const count = Math.max(head.shards.length, shardMembers(agents).length);
  const shards = Array.from({ length: count }, (_, shard) => {
    const stamp = head.shards[shard] ?? NEW_SHARD;
    // Somebody who moved in was read when their old shard was: the shard may not look fresher than that.
    const read = [...(sources.get(shard) ?? [])].map(source => head.shards[source]?.checkedAt ?? 0);
    return { ...stamp, revision: renewed.revision, checkedAt: Math.min(stamp.checkedAt, ...read) };
  });
  // Who is new, gone or known otherwise is in no row: what clients know from before is not enough.
  return { ...renewed, shards };
}
