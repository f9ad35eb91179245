import { chunk } from '../../lib/chunk.ts';
import { type Agent, isMapped } from '../agents/agent.ts';

/** getPresencesByUserId takes at most this many ids (learn.microsoft.com/graph/api/cloudcommunications-getpresencesbyuserid). */
const SHARD_SIZE = 650;

/**
 * Whom each shard reads: the distinct object ids of everybody who is found and enabled, in their order, in as few
 * shards as Graph allows. Every instance comes to the same shards without asking any other.
 */
export function shardMembers(agents: readonly Agent[], size = SHARD_SIZE): string[][] {
  const ids = new Set(agents.filter(isMapped).map(({ objectId }) => objectId));
  return chunk([...ids].sort(), size);
}
