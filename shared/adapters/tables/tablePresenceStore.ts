import { odata, type TableClient, type TransactionAction } from '@azure/data-tables';
import type { PresenceRow } from '../../domain/presence/teamsPresence.ts';
import type { Head } from '../../domain/snapshot/head.ts';
import { chunk } from '../../lib/chunk.ts';
import type { Fence, PresenceStore, RowChanges } from '../../ports/presenceStore.ts';
import { fromTime, text, toTime } from './columns.ts';
import { decodeHead, encodeHead } from './headCodec.ts';
import { etagOf, readRow, translateErrors, translateReadErrors, translateWriteErrors } from './tableClient.ts';

const HEAD = { partitionKey: 'head', rowKey: 'head' };
/** Sorts before every object id, so a query reads the fence before the rows it protects. */
const FENCE_ROW = '!fence';
/** An entity-group transaction takes 100 operations; the fence is one of them. */
const ROWS_PER_TRANSACTION = 99;
/** The fence of a shard nobody has written yet. */
const NO_FENCE: Fence = '';

function partition(shard: number): string {
  return `s${String(shard).padStart(6, '0')}`;
}

function toEntity(partitionKey: string, row: PresenceRow) {
  return {
    partitionKey,
    rowKey: row.userId,
    availability: row.availability,
    activity: row.activity,
    outOfOffice: row.outOfOffice,
    sequence: row.sequence,
    changedAt: fromTime(row.changedAt),
    availableSince: fromTime(row.availableSince),
    observedAt: fromTime(row.observedAt),
    revision: row.revision,
  };
}

function fromEntity(entity: Record<string, unknown>): PresenceRow {
  return {
    userId: text(entity['rowKey']),
    availability: text(entity['availability']),
    activity: text(entity['activity']),
    outOfOffice: entity['outOfOffice'] === true,
    sequence: text(entity['sequence']),
    changedAt: toTime(entity['changedAt']),
    availableSince: toTime(entity['availableSince']),
    observedAt: toTime(entity['observedAt']),
    revision: Number(entity['revision'] ?? 0),
  };
}

function writeFence(partitionKey: string, fence: Fence): TransactionAction {
  const entity = { partitionKey, rowKey: FENCE_ROW };
  return fence === NO_FENCE ? ['create', entity] : ['update', entity, 'Replace', { etag: fence }];
}

/** Presence in one table: the head row, and one partition per shard. */
export function tablePresenceStore(client: TableClient): PresenceStore {
  async function writeTransaction(partitionKey: string, rows: TransactionAction[], fence: Fence): Promise<Fence> {
    const response = await client.submitTransaction([writeFence(partitionKey, fence), ...rows]);
    return etagOf(response.subResponses[0] ?? {});
  }

  return {
    async readHead() {
      const row = await readRow(client, HEAD);
      return row && { head: decodeHead(row), etag: row.etag };
    },

    createHead: (head: Head) =>
      translateWriteErrors(client, async () => etagOf(await client.createEntity({ ...HEAD, ...encodeHead(head) }))),

    replaceHead: (head: Head, etag: string) =>
      translateErrors(async () =>
        etagOf(await client.updateEntity({ ...HEAD, ...encodeHead(head) }, 'Replace', { etag })),
      ),

    readShard: shard =>
      translateReadErrors(
        async () => {
          const rows: PresenceRow[] = [];
          let fence: Fence = NO_FENCE;
          const filter = odata`PartitionKey eq ${partition(shard)}`;
          for await (const entity of client.listEntities({ queryOptions: { filter } })) {
            if (entity.rowKey === FENCE_ROW) fence = entity.etag;
            else rows.push(fromEntity(entity));
          }
          return { rows, fence };
        },
        { rows: [], fence: NO_FENCE },
      ),

    takeOver: shard =>
      translateWriteErrors(client, async () => {
        await client.upsertEntity({ partitionKey: partition(shard), rowKey: FENCE_ROW }, 'Replace');
      }),

    async writeRows(shard: number, changes: RowChanges, fence: Fence) {
      const partitionKey = partition(shard);
      const actions: TransactionAction[] = [
        ...changes.upserts.map(row => ['upsert', toEntity(partitionKey, row), 'Replace'] as TransactionAction),
        ...changes.deletes.map(rowKey => ['delete', { partitionKey, rowKey }] as TransactionAction),
      ];
      let newest = fence;
      for (const batch of chunk(actions, ROWS_PER_TRANSACTION)) {
        newest = await translateWriteErrors(client, () => writeTransaction(partitionKey, batch, newest));
      }
      return newest;
    },
  };
}
