import type { Agent } from '../domain/agents/agent.ts';
import { shardOf } from '../domain/presence/shards.ts';
import type { PresenceRow } from '../domain/presence/teamsPresence.ts';
import type { Head } from '../domain/snapshot/head.ts';
import { StoreConflictError } from '../errors/errors.ts';
import type { PresenceStore, ShardRows } from '../ports/presenceStore.ts';

/**
 * Makes every shard hold, of the people who come into it, what is known of them and nothing else: a row from the shard
 * they come from, and no row that an upload before left behind.
 *
 * @returns for each shard into which a row was copied, the shards it came from
 * @throws StoreConflictError when a poller writes one of the shards at the same time
 */
export async function copyMoved(
  presence: PresenceStore,
  head: Head,
  before: readonly Agent[],
  after: readonly Agent[],
): Promise<Map<number, Set<number>>> {
  const old = shardOf(before);
  const arrivals = [...shardOf(after)].filter(([userId, to]) => old.get(userId) !== to);
  const read = new Map<number, Promise<ShardRows>>();
  const rowsOf = (shard: number): Promise<ShardRows> => {
    const known = read.get(shard) ?? presence.readShard(shard);
    read.set(shard, known);
    return known;
  };

  const sources = new Map<number, Set<number>>();
  for (const [to, people] of Map.groupBy(arrivals, ([, shard]) => shard)) {
    const upserts: PresenceRow[] = [];
    for (const [userId] of people) {
      const from = old.get(userId);
      const row = from === undefined ? undefined : (await rowsOf(from)).rows.find(found => found.userId === userId);
      if (row === undefined || from === undefined) continue;
      upserts.push({ ...row, revision: head.revision + 1 });
      sources.set(to, (sources.get(to) ?? new Set()).add(from));
    }
    const target = await rowsOf(to);
    const known = new Set(upserts.map(row => row.userId));
    const unknown = new Set(people.map(([userId]) => userId).filter(userId => !known.has(userId)));
    const deletes = target.rows.map(row => row.userId).filter(userId => unknown.has(userId));
    if (upserts.length + deletes.length > 0) await presence.writeRows(to, { upserts, deletes }, target.fence);
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
