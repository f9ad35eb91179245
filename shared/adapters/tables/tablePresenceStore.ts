import { odata, type TableClient, type TransactionAction } from '@azure/data-tables';
import pMap from 'p-map';
import type { Head } from '../../domain/snapshot/head.ts';
import { chunk } from '../../lib/chunk.ts';
import type { DocumentKey, PresenceStore } from '../../ports/presenceStore.ts';
import { ROWS_PER_TRANSACTION } from './bounds.ts';
import { decodeDocument, encodeDocument } from './documentCodec.ts';
import { decodeHead, encodeHead } from './headCodec.ts';
import {
  etagOf,
  isMissingRow,
  readRow,
  translateErrors,
  translateReadErrors,
  translateWriteErrors,
} from './tableClient.ts';

const HEAD = { partitionKey: 'head', rowKey: 'head' };
/** Every shard's partition starts so. */
const FIRST_SHARD = 's';
const AFTER_SHARDS = 't';
const CONCURRENT_REMOVALS = 4;

const partition = (shard: number) => `${FIRST_SHARD}${String(shard).padStart(6, '0')}`;

/** Presence in one table: the head row, and one partition per shard with its documents. */
export function tablePresenceStore(client: TableClient): PresenceStore {
  async function removeAll(partitionKey: string, rowKeys: readonly string[]): Promise<void> {
    const deletes = rowKeys.map((rowKey): TransactionAction => ['delete', { partitionKey, rowKey }]);
    try {
      if (deletes.length > 1) await client.submitTransaction(deletes);
      else for (const rowKey of rowKeys) await client.deleteEntity(partitionKey, rowKey);
    } catch (error) {
      if (!isMissingRow(error)) throw error;
      // One that is gone already ends the whole transaction: then each is removed for itself.
      if (deletes.length > 1) for (const rowKey of rowKeys) await removeAll(partitionKey, [rowKey]);
    }
  }

  return {
    async readHead() {
      const row = await readRow(client, HEAD);
      return row && { head: decodeHead(row), etag: row.etag };
    },

    createHead: (head: Head) =>
      translateWriteErrors(client, async () => etagOf(await client.createEntity({ ...HEAD, ...encodeHead(head) }))),

    // Merged, so that columns of a later version outlive a cycle of this one.
    replaceHead: (head: Head, etag: string) =>
      translateErrors(async () =>
        etagOf(await client.updateEntity({ ...HEAD, ...encodeHead(head) }, 'Merge', { etag })),
      ),

    async readDocument({ shard, key }) {
      const row = await readRow(client, { partitionKey: partition(shard), rowKey: key });
      return row && decodeDocument(key, row);
    },

    writeDocument: ({ shard, key }, document, obsolete) =>
      translateWriteErrors(client, async () => {
        const entity = { partitionKey: partition(shard), rowKey: key, ...encodeDocument(key, document) };
        if (obsolete !== undefined) {
          try {
            const removed = { partitionKey: entity.partitionKey, rowKey: obsolete };
            await client.submitTransaction([
              ['create', entity],
              ['delete', removed],
            ]);
            return;
          } catch (error) {
            if (!isMissingRow(error)) throw error;
          }
        }
        await client.createEntity(entity);
      }),

    listDocuments: () =>
      translateReadErrors(async () => {
        const keys: DocumentKey[] = [];
        const filter = odata`PartitionKey ge ${FIRST_SHARD} and PartitionKey lt ${AFTER_SHARDS}`;
        const queryOptions = { filter, select: ['PartitionKey', 'RowKey'] };
        for await (const { partitionKey, rowKey } of client.listEntities({ queryOptions })) {
          const shard = Number(partitionKey?.slice(FIRST_SHARD.length));
          if (rowKey !== undefined && Number.isInteger(shard)) keys.push({ shard, key: rowKey });
        }
        return keys;
      }, []),

    removeDocuments: keys =>
      translateWriteErrors(client, async () => {
        const batches = [...Map.groupBy(keys, ({ shard }) => shard)].flatMap(([shard, documents]) =>
          chunk(documents, ROWS_PER_TRANSACTION).map(part => [partition(shard), part.map(({ key }) => key)] as const),
        );
        await pMap(batches, ([partitionKey, rowKeys]) => removeAll(partitionKey, rowKeys), {
          concurrency: CONCURRENT_REMOVALS,
        });
      }),
  };
}
