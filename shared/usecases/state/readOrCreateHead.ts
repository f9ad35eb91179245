import { randomUUID } from 'node:crypto';
import { newHead } from '../../domain/snapshot/head.ts';
import { StoreConflictError } from '../../errors/errors.ts';
import type { AgentStore } from '../../ports/agentStore.ts';
import type { PresenceStore, StoredHead } from '../../ports/presenceStore.ts';
import type { RuleStore } from '../../ports/ruleStore.ts';

export interface Stores {
  readonly presence: PresenceStore;
  readonly agents: AgentStore;
  readonly rules: RuleStore;
}

/**
 * The head; the first one who needs it makes it, from the agents and rules recorded as current.
 * @throws StoreUnavailableError
 */
export async function readOrCreateHead({ presence, agents, rules }: Stores): Promise<StoredHead> {
  const stored = await presence.readHead();
  if (stored !== undefined) return stored;
  const head = newHead(randomUUID(), await agents.current(), await rules.current());
  try {
    return { head, etag: await presence.createHead(head) };
  } catch (error) {
    const made = error instanceof StoreConflictError ? await presence.readHead() : undefined;
    if (made === undefined) throw error;
    return made;
  }
}
