import { type Agent, NO_SHARD } from '../agents/agent.ts';

/** getPresencesByUserId takes at most this many ids (learn.microsoft.com/graph/api/cloudcommunications-getpresencesbyuserid). */
export const SHARD_SIZE = 650;

/** In which shard each person is read, by object id. */
export function shardOf(agents: readonly Agent[]): Map<string, number> {
  return new Map(agents.filter(agent => agent.shard !== NO_SHARD).map(agent => [agent.objectId, agent.shard]));
}

/**
 * Spreads people over as few shards as Graph allows. People keep their shard while it is still needed,
 * so that an upload moves nobody's stored presence without reason.
 *
 * @param userIds distinct object ids
 * @param previous the shard each person had so far
 */
export function assignShards(userIds: Iterable<string>, previous: ReadonlyMap<string, number>): Map<string, number> {
  const ids = [...new Set(userIds)];
  const needed = Math.ceil(ids.length / SHARD_SIZE);
  const filled = new Array<number>(needed).fill(0);
  const assigned = new Map<string, number>();
  for (const id of ids) {
    const shard = previous.get(id);
    if (shard === undefined || shard < 0 || shard >= needed || filled[shard] === SHARD_SIZE) continue;
    assigned.set(id, shard);
    filled[shard] = (filled[shard] ?? 0) + 1;
  }
  let open = 0;
  for (const id of ids) {
    if (assigned.has(id)) continue;
    while (filled[open] === SHARD_SIZE) open += 1;
    assigned.set(id, open);
    filled[open] = (filled[open] ?? 0) + 1;
  }
  return assigned;
}

/** The distinct object ids each shard reads; the array's index is the shard. */
export function shardMembers(agents: readonly Agent[]): string[][] {
  const members: Set<string>[] = [];
  for (const agent of agents) {
    if (agent.shard === NO_SHARD) continue;
    while (members.length <= agent.shard) members.push(new Set());
    members[agent.shard]?.add(agent.objectId);
  }
  return members.map(ids => [...ids]);
}
