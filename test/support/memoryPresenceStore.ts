import type { ShardDocument } from '../../shared/domain/presence/shardDocument.ts';
import type { Head } from '../../shared/domain/snapshot/head.ts';
import { StoreConflictError } from '../../shared/errors/errors.ts';
import type { DocumentKey, PresenceStore } from '../../shared/ports/presenceStore.ts';

const lost = () => new StoreConflictError('Another instance wrote first.');

/** The port in memory. It passes the same contract suite as the adapter for Table Storage. */
export function memoryPresenceStore(): PresenceStore {
  let head: { head: Head; etag: string } | undefined;
  const documents = new Map<string, { at: DocumentKey; document: ShardDocument }>();
  const nameOf = ({ shard, key }: DocumentKey) => `${shard} ${key}`;
  let writes = 0;
  const nextEtag = () => {
    writes += 1;
    return String(writes);
  };
  return {
    async readHead() {
      return head && structuredClone(head);
    },
    async createHead(created) {
      if (head !== undefined) throw lost();
      head = { head: structuredClone(created), etag: nextEtag() };
      return head.etag;
    },
    async replaceHead(replaced, etag) {
      if (head?.etag !== etag) throw lost();
      head = { head: structuredClone(replaced), etag: nextEtag() };
      return head.etag;
    },
    async readDocument(at) {
      return structuredClone(documents.get(nameOf(at))?.document);
    },
    async writeDocument(at, document, obsolete) {
      if (documents.has(nameOf(at))) throw lost();
      documents.set(nameOf(at), { at, document: structuredClone(document) });
      if (obsolete !== undefined) documents.delete(nameOf({ shard: at.shard, key: obsolete }));
    },
    async listDocuments() {
      return [...documents.values()].map(({ at }) => at);
    },
    async removeDocuments(keys) {
      for (const at of keys) documents.delete(nameOf(at));
    },
  };
}
