import { RestError } from '@azure/data-tables';
import { expect, test } from 'vitest';
import { readRow, translateErrors, translateWriteErrors } from '../../../../shared/adapters/tables/tableClient.ts';
import { freshTable } from '../../../support/stores.ts';

const KEY = { partitionKey: 'p', rowKey: 'r' };
const thrown = (error: unknown) => translateErrors(async () => Promise.reject(error)).catch(found => found);

test('a table that does not exist reads as empty, and is made by the first write', async () => {
  const client = freshTable();
  expect(await readRow(client, KEY)).toBeUndefined();
  await translateWriteErrors(client, () => client.createEntity({ ...KEY, value: 1 }));
  expect(await readRow(client, KEY)).toMatchObject({ value: 1 });
});

test.each([
  [412, 'store_conflict', false],
  [404, 'store_unavailable', false],
  [403, 'store_unavailable', false],
  [429, 'store_unavailable', true],
  [503, 'store_unavailable', true],
] as const)('status %i of the service is %s', async (statusCode, code, isOutage) => {
  expect(await thrown(new RestError('canary', { statusCode }))).toMatchObject({ code, isOutage });
});

test('whatever the SDK throws, nothing of its text is shown', async () => {
  const aborted = Object.assign(new Error('canary'), { name: 'AbortError' });
  for (const error of [new RestError('canary'), aborted, new TypeError('canary'), 'canary']) {
    const { message, cause } = await thrown(error);
    expect(`${message} ${cause}`).not.toContain('canary');
  }
});
