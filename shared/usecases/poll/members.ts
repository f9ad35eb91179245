import { isPending } from '../../domain/agents/agent.ts';
import { type AgentsVersion, NO_AGENTS, sameVersion } from '../../domain/agents/agentList.ts';
import { shardMembers } from '../../domain/presence/shardMembers.ts';
import type { StoredHead } from '../../ports/presenceStore.ts';
import { readOrCreateHead, type Stores } from '../state/readOrCreateHead.ts';
import { readOrRepairAgents } from '../state/readOrRepairAgents.ts';

/** Whom a version of the agents has read. */
export interface Members {
  readonly version: AgentsVersion;
  /** The ids each shard reads. */
  readonly shards: readonly (readonly string[])[];
  /** Somebody is not looked up yet. */
  readonly pending: boolean;
}

/**
 * Gives the head and whom it has read; the agents are read again only when the head names others.
 * @param shardSize how many people one shard holds; as many as Graph allows unless said otherwise
 */
export function membersReader(stores: Stores, shardSize?: number) {
  let known: Members | undefined;

  return async (): Promise<{ stored: StoredHead; members: Members }> => {
    const stored = await readOrCreateHead(stores);
    const { id } = stored.head.agents;
    // A head that names no agents may have been made while the first ones were being recorded.
    if (known !== undefined && id !== NO_AGENTS.id && sameVersion(known.version, stored.head.agents)) {
      return { stored, members: known };
    }
    const found = await readOrRepairAgents(stores, stored);
    const { agents } = found.list;
    known = {
      version: found.stored.head.agents,
      shards: shardMembers(agents, shardSize),
      pending: agents.some(isPending),
    };
    return { stored: found.stored, members: known };
  };
}
