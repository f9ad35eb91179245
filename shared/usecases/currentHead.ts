import { randomUUID } from 'node:crypto';
import { newHead } from '../domain/head.ts';
import { StoreConflictError } from '../errors.ts';
import type { AgentStore } from '../ports/agentStore.ts';
import type { PresenceStore, StoredHead } from '../ports/presenceStore.ts';

/**
 * The head; the first one who needs it makes it, from the agents recorded as current.
 * @throws StoreUnavailableError
 */
export async function currentHead(presence: PresenceStore, agents: AgentStore): Promise<StoredHead> {
  const stored = await presence.readHead();
  if (stored !== undefined) return stored;
  const head = newHead(randomUUID(), await agents.current());
  try {
    return { head, etag: await presence.createHead(head) };
  } catch (error) {
    const made = error instanceof StoreConflictError ? await presence.readHead() : undefined;
    if (made === undefined) throw error;
    return made;
  }
}
