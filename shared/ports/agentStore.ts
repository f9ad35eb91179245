import type { AgentList, AgentsVersion } from '../domain/agents/agentList.ts';

/** Every method throws StoreUnavailableError when the storage cannot be reached. */
export interface AgentStore {
  /** The version recorded as current: what a rebuilt presence table starts from. */
  current(): Promise<AgentsVersion>;
  /** @throws StoreConflictError when fewer rows are left than the version has: it was replaced meanwhile, or lost */
  read(version: AgentsVersion): Promise<AgentList>;
  /** The rows of a version that are left, however many; for when some were lost. */
  readRemaining(id: string): Promise<AgentList>;
  /** Writes all rows of a new version; readers do not see them until the head names it. */
  write(version: AgentsVersion, list: AgentList): Promise<void>;
  /** Removes the rows of a version that will never be current. */
  remove(id: string): Promise<void>;
  /**
   * Records the version as current and removes all older ones, those that lost the race with it, and those whose writer
   * has died. A version older than the recorded one changes nothing.
   */
  markCurrent(version: AgentsVersion): Promise<void>;
}
