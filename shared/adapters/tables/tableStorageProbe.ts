import type { TableClient } from '@azure/data-tables';
import type { StorageProbe } from '../../ports/storageProbe.ts';
import { translateWriteErrors } from './tableClient.ts';

const ROW = { partitionKey: 'doctor', rowKey: 'probe' };

export function tableStorageProbe(client: TableClient): StorageProbe {
  return {
    write: () =>
      translateWriteErrors(client, async () => {
        await client.upsertEntity(ROW, 'Replace');
        await client.deleteEntity(ROW.partitionKey, ROW.rowKey);
      }),
  };
}
