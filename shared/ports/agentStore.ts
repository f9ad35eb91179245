import type { Agent, AgentsVersion } from '../domain/agents/agent.ts';

/** Every method throws StoreUnavailableError when the storage cannot be reached. */
export interface AgentStore {
  /** The generation recorded as current: what a rebuilt presence table starts from. */
  current(): Promise<AgentsVersion>;
  /** @throws StoreConflictError when fewer rows are left than the generation has: it was replaced meanwhile */
  read(generation: AgentsVersion): Promise<Agent[]>;
  /** The rows of a generation that are left, however many; for when some were lost. */
  readRemaining(id: string): Promise<Agent[]>;
  /** Writes all rows of a new generation; readers do not see them until the head names it. */
  write(generation: AgentsVersion, agents: readonly Agent[]): Promise<void>;
  /** Records the generation as current and removes all older ones. */
  markCurrent(generation: AgentsVersion): Promise<void>;
}
