import { expect, test } from 'vitest';
import { tableClient } from '../../../shared/adapters/tables/tableClient.ts';
import { tableStorageProbe } from '../../../shared/adapters/tables/tableStorageProbe.ts';
import { freshTable } from '../../support/stores.ts';

test('it writes to a table, which it makes where there is none, and leaves nothing', async () => {
  const client = freshTable();
  await tableStorageProbe(client).write();
  const rows: unknown[] = [];
  for await (const row of client.listEntities()) rows.push(row);
  expect(rows).toEqual([]);
});

test('storage that cannot be reached is a fault in one sentence', async () => {
  const account = 'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;TableEndpoint=http://127.0.0.1:9/a';
  const client = tableClient({ storage: { connection: account, isUrl: false }, managedIdentityClientId: '' }, 'agents');
  await expect(tableStorageProbe(client).write()).rejects.toThrow('Check PRESENCE_STORAGE and the network.');
});
