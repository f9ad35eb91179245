import { expect, test } from 'vitest';
import { writeMarkedRow } from '../../../../shared/adapters/tables/writeMarkedRow.ts';
import { StoreConflictError } from '../../../../shared/errors/errors.ts';
import { freshTable } from '../../../support/stores.ts';

const ROW = { partitionKey: 'p', rowKey: 'r', value: 1 };

test('of two who write the same row one loses', async () => {
  const client = freshTable();
  const etag = await writeMarkedRow(client, ROW, undefined);
  await expect(writeMarkedRow(client, ROW, undefined)).rejects.toThrow(StoreConflictError);
  await writeMarkedRow(client, { ...ROW, value: 2 }, etag);
  await expect(writeMarkedRow(client, { ...ROW, value: 3 }, etag)).rejects.toThrow(StoreConflictError);
  expect(await client.getEntity('p', 'r')).toMatchObject({ value: 2 });
});

test('a write that is refused because it was done already is one’s own', async () => {
  const client = freshTable();
  await writeMarkedRow(client, ROW, undefined);
  // The service did it, and its answer was lost: the SDK sends the same again.
  const twice = Object.assign(Object.create(client), {
    async updateEntity(...args: Parameters<typeof client.updateEntity>) {
      await client.updateEntity(...args);
      return client.updateEntity(...args);
    },
  });
  const { etag } = await client.getEntity('p', 'r');
  const written = await writeMarkedRow(twice, { ...ROW, value: 2 }, etag);
  expect(await client.getEntity('p', 'r')).toMatchObject({ value: 2, etag: written });
});
