import { type Agent, NO_SHARD } from '../domain/agent.ts';
import type { Head } from '../domain/head.ts';
import { StoreConflictError } from '../errors.ts';
import type { PresenceStore, ShardRows } from '../ports/presenceStore.ts';

function shardOf(agents: readonly Agent[]): Map<string, number> {
  return new Map(agents.filter(agent => agent.shard !== NO_SHARD).map(agent => [agent.objectId, agent.shard]));
}

/**
 * Copies the rows of people whose shard changes, so that they keep their presence.
 * @returns for each shard that somebody moves into, the shards they come from
 * @throws StoreConflictError when a poller writes one of the shards at the same time
 */
export async function copyMoved(
  presence: PresenceStore,
  head: Head,
  before: readonly Agent[],
  after: readonly Agent[],
): Promise<Map<number, Set<number>>> {
  const old = shardOf(before);
  const moves = [...shardOf(after)].flatMap(([userId, to]) => {
    const from = old.get(userId);
    return from === undefined || from === to ? [] : [{ userId, from, to }];
  });
  const sources = new Map<number, Set<number>>();
  const read = new Map<number, ShardRows>();
  for (const { from, to } of moves) {
    sources.set(to, (sources.get(to) ?? new Set()).add(from));
    for (const shard of [from, to]) if (!read.has(shard)) read.set(shard, await presence.readShard(shard));
  }
  for (const to of sources.keys()) {
    const target = read.get(to);
    if (target === undefined) continue;
    const upserts = moves
      .filter(move => move.to === to)
      .flatMap(move => read.get(move.from)?.rows.find(row => row.userId === move.userId) ?? [])
      .map(row => ({ ...row, revision: head.revision + 1 }));
    await presence.writeRows(to, { upserts, deletes: [] }, target.fence);
  }
  return sources;
}

/** Deletes the rows of people for whom no agent stands any more. What a poller is writing right now, it deletes itself. */
export async function forgetRemoved(
  presence: PresenceStore,
  before: readonly Agent[],
  after: readonly Agent[],
): Promise<void> {
  const kept = shardOf(after);
  const gone = [...shardOf(before)].filter(([userId, shard]) => kept.get(userId) !== shard);
  for (const [shard, users] of Map.groupBy(gone, ([, shard]) => shard)) {
    const { rows, fence } = await presence.readShard(shard);
    const removed = new Set(users.map(([userId]) => userId));
    const deletes = rows.filter(row => removed.has(row.userId)).map(row => row.userId);
    try {
      if (deletes.length > 0) await presence.writeRows(shard, { upserts: [], deletes }, fence);
    } catch (error) {
      if (!(error instanceof StoreConflictError)) throw error;
    }
  }
}
