import type { PresenceRow } from '../../shared/domain/presence/teamsPresence.ts';
import type { Head } from '../../shared/domain/snapshot/head.ts';
import { StoreConflictError } from '../../shared/errors/errors.ts';
import type { PresenceStore } from '../../shared/ports/presenceStore.ts';

const lost = () => new StoreConflictError('Another instance wrote first.');

/** The port in memory. It passes the same contract suite as the adapter for Table Storage. */
export function memoryPresenceStore(): PresenceStore {
  let head: { head: Head; etag: string } | undefined;
  const shards = new Map<number, { rows: Map<string, PresenceRow>; fence: string }>();
  let stamp = 0;
  const next = () => {
    stamp += 1;
    return String(stamp);
  };
  const shardOf = (shard: number) => {
    const found = shards.get(shard) ?? { rows: new Map(), fence: '' };
    shards.set(shard, found);
    return found;
  };
  return {
    async readHead() {
      return head && structuredClone(head);
    },
    async createHead(created) {
      if (head !== undefined) throw lost();
      head = { head: structuredClone(created), etag: next() };
      return head.etag;
    },
    async replaceHead(replaced, etag) {
      if (head?.etag !== etag) throw lost();
      head = { head: structuredClone(replaced), etag: next() };
      return head.etag;
    },
    async readShard(shard) {
      const { rows, fence } = shardOf(shard);
      return { rows: [...rows.values()], fence };
    },
    async takeOver(shard) {
      shardOf(shard).fence = next();
    },
    async writeRows(shard, { upserts, deletes }, fence) {
      const held = shardOf(shard);
      if (held.fence !== fence) throw lost();
      for (const row of upserts) held.rows.set(row.userId, row);
      for (const id of deletes) held.rows.delete(id);
      if (upserts.length + deletes.length > 0) held.fence = next();
      return held.fence;
    },
  };
}
