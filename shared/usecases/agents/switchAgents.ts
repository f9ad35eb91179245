import { isDeepStrictEqual } from 'node:util';
import type { Agent } from '../../domain/agents/agent.ts';
import { AGENTS_PREFIX, type AgentList, type AgentsVersion, rowCount } from '../../domain/agents/agentList.ts';
import { withTombstones } from '../../domain/agents/tombstones.ts';
import { type Head, renewedHead } from '../../domain/snapshot/head.ts';
import { nextVersionId } from '../../domain/snapshot/versionId.ts';
import { AgentsChangeRefused } from '../../errors/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { retryConflicts } from '../../lib/retryConflicts.ts';
import { bestEffort } from '../state/bestEffort.ts';
import { readOrCreateHead, type Stores } from '../state/readOrCreateHead.ts';

const ATTEMPTS = 5;

/** What a sync or an upload changes of the head beside the agents, given the head that somebody else may have written meanwhile. */
export type HeadChange = (current: Head) => Head;

/** Whether two sets of agents say the same; on which line of a file somebody stood makes no other agents. */
export function sameAgents(before: readonly Agent[], agents: readonly Agent[]): boolean {
  const old = new Map(before.map(agent => [agent.agentId, agent]));
  return before.length === agents.length && agents.every(agent => sameAgent(old.get(agent.agentId), agent));
}

function sameAgent(before: Agent | undefined, agent: Agent): boolean {
  if (before === undefined) return false;
  const fields = Object.keys(agent) as (keyof Agent)[];
  return fields.every(field => field === 'line' || isDeepStrictEqual(before[field], agent[field]));
}

/**
 * Makes these the agents: the new version is written beside the old one and becomes current in one write, that of the
 * head. A kill before it changes nothing, a kill after it loses nothing.
 *
 * @param current the version that is replaced
 * @returns the head that names them
 * @throws AgentsChangeRefused `upload_running` when the agents were replaced meanwhile
 */
export async function switchAgents(
  stores: Stores & { readonly clock: Clock },
  current: AgentsVersion,
  before: AgentList,
  agents: readonly Agent[],
  change: HeadChange,
): Promise<Head> {
  const recorded = await stores.agents.current();
  const id = nextVersionId(AGENTS_PREFIX, current.id, recorded.id);
  const list = withTombstones(before, agents, id, stores.clock());
  const version = { id, count: rowCount(list), removalsSince: current.removalsSince || id };
  await stores.agents.write(version, list);
  // A poller that publishes meanwhile wins the head, but leaves the agents as they are.
  return retryConflicts(ATTEMPTS, async () => {
    const stored = await readOrCreateHead(stores);
    if (stored.head.agents.id === id) return stored.head;
    if (stored.head.agents.id !== current.id) {
      await bestEffort(() => stores.agents.remove(id));
      throw new AgentsChangeRefused(
        'upload_running',
        'Nothing was changed: another upload was faster. Repeat this one.',
      );
    }
    const head = renewedHead(change(stored.head), { agents: version });
    await stores.presence.replaceHead(head, stored.etag);
    return head;
  });
}

/** Changes the head of agents that stay as they are. */
export async function recordDirectory(stores: Stores, change: HeadChange): Promise<Head> {
  return retryConflicts(ATTEMPTS, async () => {
    const stored = await readOrCreateHead(stores);
    const head = change(stored.head);
    await stores.presence.replaceHead(head, stored.etag);
    return head;
  });
}
