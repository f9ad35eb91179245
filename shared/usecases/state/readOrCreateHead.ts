import { randomUUID } from 'node:crypto';
import { type Head, newHead, UNREADABLE } from '../../domain/snapshot/head.ts';
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
 * The head; the first one who needs it makes it, from the agents and rules recorded as current. So does the first one
 * who finds that it does not say any more which they are.
 * @throws StoreUnavailableError
 */
export async function readOrCreateHead(stores: Stores): Promise<StoredHead> {
  const { presence, agents, rules } = stores;
  const stored = await presence.readHead();
  if (stored !== undefined && !isUnreadable(stored.head)) return stored;
  try {
    if (stored !== undefined) return await restored(stores, stored);
    const head = newHead(randomUUID(), await agents.current(), await rules.current());
    return { head, etag: await presence.createHead(head) };
  } catch (error) {
    const made = error instanceof StoreConflictError ? await presence.readHead() : undefined;
    if (made === undefined) throw error;
    return made;
  }
}

const isUnreadable = ({ agents, rules }: Head) => agents.id === UNREADABLE || rules === UNREADABLE;

async function restored({ presence, agents, rules }: Stores, { head, etag }: StoredHead): Promise<StoredHead> {
  const repaired = {
    ...head,
    agents: head.agents.id === UNREADABLE ? await agents.current() : head.agents,
    rules: head.rules === UNREADABLE ? await rules.current() : head.rules,
  };
  return { head: repaired, etag: await presence.replaceHead(repaired, etag) };
}
