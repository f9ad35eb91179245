import type { ShardDocument } from '../domain/presence/shardDocument.ts';
import type { Head } from '../domain/snapshot/head.ts';

export interface StoredHead {
  readonly head: Head;
  readonly etag: string;
}

/** Where a document stands: it belongs to a shard, and its key is its own. */
export interface DocumentKey {
  readonly shard: number;
  readonly key: string;
}

/**
 * The last-known state of everybody, in documents that are never changed, and the one head row that says which of them
 * count. Every method throws StoreUnavailableError when the storage cannot be reached.
 */
export interface PresenceStore {
  /** The head; undefined before the first poll and after somebody deleted the table. */
  readHead(): Promise<StoredHead | undefined>;
  /** @throws StoreConflictError when a head exists already */
  createHead(head: Head): Promise<string>;
  /**
   * Replaces the head; what a later version has added to the row stays.
   * @throws StoreConflictError when the head is no longer the one with this etag
   */
  replaceHead(head: Head, etag: string): Promise<string>;
  /** A document; undefined when it is gone or cannot be read as one. */
  readDocument(at: DocumentKey): Promise<ShardDocument | undefined>;
  /**
   * Writes a document under a key that nobody used before, and removes an outdated one of the same shard with it.
   * @param obsolete key of the document before the current one, which nobody reads any more; it may be gone already
   */
  writeDocument(at: DocumentKey, document: ShardDocument, obsolete?: string): Promise<void>;
  /** Every document there is. */
  listDocuments(): Promise<DocumentKey[]>;
  /** Removes documents; those that are gone already do not matter. */
  removeDocuments(keys: readonly DocumentKey[]): Promise<void>;
}
