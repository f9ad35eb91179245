import { type Agent, byAgentId, isActive } from './agent.ts';
import type { AgentList, Tombstone } from './agentList.ts';

/** Clients that have not asked for so long have to start anew. */
export const TOMBSTONE_KEPT_MS = 7 * 86_400_000;

/** Whether somebody left so long ago that not even the id is kept. */
export function hasExpired({ removedAt }: Tombstone, now: number): boolean {
  return now - removedAt >= TOMBSTONE_KEPT_MS;
}

/** Who was an agent and is none any more. */
export function removedAgents(before: readonly Agent[], agents: readonly Agent[]): Agent[] {
  const staying = new Set(agents.filter(isActive).map(({ agentId }) => agentId));
  return before.filter(agent => isActive(agent) && !staying.has(agent.agentId));
}

/** The agents of a new version together with those who left lately. */
export function withTombstones(before: AgentList, agents: readonly Agent[], version: string, now: number): AgentList {
  const present = new Set(agents.filter(isActive).map(({ agentId }) => agentId));
  const earlier = before.tombstones.filter(tombstone => !present.has(tombstone.agentId) && !hasExpired(tombstone, now));
  const gone = removedAgents(before.agents, agents).map(
    ({ agentId }): Tombstone => ({ agentId, removedIn: version, removedAt: now }),
  );
  return { agents: [...agents].sort(byAgentId), tombstones: [...earlier, ...gone].sort(inOrderOfRemoval) };
}

/** Versions sort by time; within one the ids decide. */
export function inOrderOfRemoval(a: Tombstone, b: Tombstone): number {
  return a.removedIn < b.removedIn ? -1 : a.removedIn > b.removedIn ? 1 : byAgentId(a, b);
}
