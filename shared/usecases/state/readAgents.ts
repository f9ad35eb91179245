import type { Agent, AgentsVersion } from '../../domain/agents/agent.ts';
import { renewedHead } from '../../domain/snapshot/head.ts';
import { StoreConflictError } from '../../errors/errors.ts';
import { retryConflicts } from '../../lib/retryConflicts.ts';
import type { AgentStore } from '../../ports/agentStore.ts';
import type { PresenceStore, StoredHead } from '../../ports/presenceStore.ts';

const ATTEMPTS = 3;

export interface NamedAgents {
  readonly generation: AgentsVersion;
  readonly agents: readonly Agent[];
}

/**
 * The agents that count when the rows of the generation in the head are gone or not complete, because somebody
 * deleted or restored the table: those recorded as current, as many as are left.
 */
export async function remainingAgents(store: AgentStore): Promise<NamedAgents> {
  const { id } = await store.current();
  const agents = id === '' ? [] : await store.readRemaining(id);
  return { generation: { id, count: agents.length }, agents };
}

export interface HeadWithAgents extends NamedAgents {
  readonly stored: StoredHead;
}

/**
 * The head and the agents it names, read again when an upload switches them in between.
 * @param readHead reads the head, or makes it
 * @param first the head that was read already
 * @throws StoreConflictError when the head names a generation whose rows are lost
 */
export async function readHeadWithAgents(
  store: AgentStore,
  readHead: () => Promise<StoredHead>,
  first?: StoredHead,
): Promise<HeadWithAgents> {
  return retryConflicts(ATTEMPTS, async attempt => {
    const stored = attempt === 1 && first !== undefined ? first : await readHead();
    const generation = stored.head.agents;
    return { stored, generation, agents: await store.read(generation) };
  });
}

/** As readHeadWithAgents; a head that names lost agents is made to name those that are left. */
export async function readOrRepairAgents(
  presence: PresenceStore,
  store: AgentStore,
  readHead: () => Promise<StoredHead>,
  first?: StoredHead,
): Promise<HeadWithAgents> {
  try {
    return await readHeadWithAgents(store, readHead, first);
  } catch (error) {
    if (!(error instanceof StoreConflictError)) throw error;
  }
  const stored = await readHead();
  const surviving = await remainingAgents(store);
  const head = renewedHead(stored.head, { agents: surviving.generation });
  return { ...surviving, stored: { head, etag: await presence.replaceHead(head, stored.etag) } };
}
