import type { Agent } from './agent.ts';

/** Which complete set of agents counts: it is written beside the one before and switched to in one write. */
export interface AgentsVersion {
  /** Grows with every switch; empty when no agents were ever uploaded. */
  readonly id: string;
  /** Rows that belong to it. */
  readonly count: number;
  /**
   * The version since which everybody stands somewhere who was removed: the first one, or what was left when rows were
   * lost. Empty before the first one.
   */
  readonly removalsSince: string;
}

/** How the id of every version of the agents begins. */
export const AGENTS_PREFIX = 'g';

export const NO_AGENTS: AgentsVersion = { id: '', count: 0, removalsSince: '' };

/** Who was an agent and is none any more: the id alone, so that clients can be told. */
export interface Tombstone {
  readonly agentId: string;
  /** The version of the agents from which on there is no such agent. */
  readonly removedIn: string;
  readonly removedAt: number;
}

/** What a version holds. */
export interface AgentList {
  readonly agents: readonly Agent[];
  readonly tombstones: readonly Tombstone[];
}

export const EMPTY_LIST: AgentList = { agents: [], tombstones: [] };

export function rowCount({ agents, tombstones }: AgentList): number {
  return agents.length + tombstones.length;
}

export function sameVersion(a: AgentsVersion, b: AgentsVersion): boolean {
  return a.id === b.id && a.count === b.count;
}
