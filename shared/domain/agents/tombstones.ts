import { type Agent, byAgentId, isActive, removedAgent } from './agent.ts';

/** Clients that have not asked for so long have to start anew. */
const REMOVED_KEPT_MS = 7 * 86_400_000;

/** Who was an agent and is none any more. */
export function removedAgents(before: readonly Agent[], agents: readonly Agent[]): Agent[] {
  const staying = new Set(agents.filter(isActive).map(({ agentId }) => agentId));
  return before.filter(agent => isActive(agent) && !staying.has(agent.agentId));
}

/**
 * The agents of a new generation together with those who left lately, so that clients can be told of them: by agentId
 * alone, or as the parked row of the list.
 */
export function withTombstones(
  before: readonly Agent[],
  agents: readonly Agent[],
  generation: string,
  now: number,
): Agent[] {
  const leaving = new Map(removedAgents(before, agents).map(agent => [agent.agentId, agent]));
  const old = new Map(before.map(agent => [agent.agentId, agent]));
  const rows = agents.map((agent): Agent => {
    if (agent.account !== 'parked') return agent;
    if (leaving.has(agent.agentId)) return { ...agent, removedIn: generation, removedAt: now };
    const { removedIn = '', removedAt = 0 } = old.get(agent.agentId) ?? {};
    return { ...agent, removedIn, removedAt };
  });
  const present = new Set(agents.map(({ agentId }) => agentId));
  const earlier = before.filter(
    ({ account, agentId, removedAt }) =>
      account === 'removed' && !present.has(agentId) && now - removedAt < REMOVED_KEPT_MS,
  );
  const gone = [...leaving.values()].filter(({ agentId }) => !present.has(agentId));
  return [...rows, ...earlier, ...gone.map(agent => removedAgent(agent, generation, now))].sort(byAgentId);
}
