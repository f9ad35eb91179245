import type { PresenceRow } from '../domain/presence/teamsPresence.ts';
import type { Head } from '../domain/snapshot/head.ts';

/**
 * A write right on one shard's rows. Whoever holds the newest fence may write; taking the shard over makes every
 * earlier fence worthless, so a slow poller can never write behind the back of the one that replaced it.
 */
export type Fence = string;

export interface StoredHead {
  readonly head: Head;
  readonly etag: string;
}

export interface ShardRows {
  readonly rows: readonly PresenceRow[];
  readonly fence: Fence;
}

export interface RowChanges {
  readonly upserts: readonly PresenceRow[];
  /** Object ids. */
  readonly deletes: readonly string[];
}

/**
 * The last-known state of everybody, and the one head row that says what of it is published.
 * Every method throws StoreUnavailableError when the storage cannot be reached.
 */
export interface PresenceStore {
  /** The head; undefined before the first poll and after somebody deleted the table. */
  readHead(): Promise<StoredHead | undefined>;
  /** @throws StoreConflictError when a head exists already */
  createHead(head: Head): Promise<string>;
  /** @throws StoreConflictError when the head is no longer the one with this etag */
  replaceHead(head: Head, etag: string): Promise<string>;
  readShard(shard: number): Promise<ShardRows>;
  /** Makes every fence handed out so far worthless. */
  takeOver(shard: number): Promise<void>;
  /**
   * Writes rows, in as few transactions as the storage allows; a kill in between leaves whole rows only.
   * @returns the fence for the next write
   * @throws StoreConflictError when the fence is not the newest
   */
  writeRows(shard: number, changes: RowChanges, fence: Fence): Promise<Fence>;
}
