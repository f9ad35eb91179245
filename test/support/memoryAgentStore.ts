import { type Agent, type AgentsVersion, NO_AGENTS } from '../../shared/domain/agents/agent.ts';
import { StoreConflictError } from '../../shared/errors/errors.ts';
import type { AgentStore } from '../../shared/ports/agentStore.ts';

/** The port in memory. It passes the same contract suite as the adapter for Table Storage. */
export function memoryAgentStore(): AgentStore {
  let current: AgentsVersion = NO_AGENTS;
  const generations = new Map<string, readonly Agent[]>();
  return {
    async current() {
      return current;
    },
    async read(generation) {
      if (generation.count === 0) return [];
      const agents = generations.get(generation.id) ?? [];
      if (agents.length !== generation.count)
        throw new StoreConflictError('The agents were replaced while being read.');
      return [...agents];
    },
    async readRemaining(id) {
      return [...(generations.get(id) ?? [])];
    },
    async write(generation, agents) {
      generations.set(generation.id, [...agents]);
    },
    async markCurrent(generation) {
      if (current.id > generation.id) return;
      current = generation;
      for (const id of generations.keys()) if (id < generation.id) generations.delete(id);
    },
  };
}
