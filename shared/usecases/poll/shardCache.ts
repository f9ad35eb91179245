import pMap from 'p-map';
import { EMPTY_DOCUMENT, type ShardDocument, sharingReadings } from '../../domain/presence/shardDocument.ts';
import type { Head, ShardStatus } from '../../domain/snapshot/head.ts';
import type { PresenceStore } from '../../ports/presenceStore.ts';

const CONCURRENT_LOADS = 8;

/** The documents of a head in the order of its shards; undefined for one that is lost. */
type LoadedDocuments = readonly (ShardDocument | undefined)[];

export interface ShardCache {
  /** The documents that a head names; only those that are not in memory are read. */
  load(head: Head): Promise<LoadedDocuments>;
  /** Keeps a document that was just written; its shard's next one takes its place. */
  put(shard: number, key: string, document: ShardDocument): void;
}

/** Documents never change: whoever has one needs it no second time. Poller and reader of a process share them. */
export function shardCache(store: PresenceStore): ShardCache {
  const documents = new Map<string, ShardDocument>();
  const loading = new Map<string, Promise<ShardDocument | undefined>>();
  /** What was last in force of each shard: people of whom nothing changed stay the same objects. */
  const latest: (ShardDocument | undefined)[] = [];
  /** Keys of what was written last of each shard: the next head may name them. */
  const written: string[] = [];

  async function read(shard: number, { document: key, revision }: ShardStatus): Promise<ShardDocument | undefined> {
    const document = await store.readDocument({ shard, key });
    // Somebody altered it: a client that is told of such a revision would never hear of another.
    const isAltered = [...(document?.readings.values() ?? [])].some(reading => reading.revision > revision);
    if (document === undefined || isAltered) return undefined;
    const shared = sharingReadings(document, latest[shard]);
    documents.set(key, shared);
    return shared;
  }

  function documentOf(shard: number, status: ShardStatus): Promise<ShardDocument | undefined> | ShardDocument {
    const key = status.document;
    const known = documents.get(key);
    if (known !== undefined) return known;
    const under = loading.get(key) ?? read(shard, status).finally(() => loading.delete(key));
    loading.set(key, under);
    return under;
  }

  return {
    async load(head) {
      const loaded = await pMap(
        head.shards,
        (status, shard) => (status.document === '' ? EMPTY_DOCUMENT : documentOf(shard, status)),
        { concurrency: CONCURRENT_LOADS },
      );
      const wanted = new Set([...head.shards.map(({ document }) => document), ...written]);
      for (const key of documents.keys()) if (!wanted.has(key)) documents.delete(key);
      latest.length = loaded.length;
      for (const [shard, document] of loaded.entries()) latest[shard] = document;
      return loaded;
    },
    put(shard, key, document) {
      documents.set(key, document);
      written[shard] = key;
    },
  };
}
