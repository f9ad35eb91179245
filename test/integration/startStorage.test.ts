import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { TableClient } from '@azure/data-tables';
import { expect, inject, test } from 'vitest';

/** Two bytes of UTF-8, so that a body can be cut within it. */
const TEXT = 'Ü';

/** Its text in two pieces, the first of which ends in the middle of a character. */
async function* pieces(body: string) {
  const bytes = Buffer.from(body);
  const cut = bytes.indexOf(TEXT) + 1;
  yield bytes.subarray(0, cut);
  await setImmediate();
  yield bytes.subarray(cut);
}

const client = TableClient.fromConnectionString(inject('storage'), 'pieces', {
  allowInsecureConnection: true,
  additionalPolicies: [
    {
      position: 'perRetry',
      policy: {
        name: 'pieces',
        sendRequest(request, next) {
          const { body } = request;
          if (typeof body === 'string' && body.includes(TEXT)) request.body = () => Readable.from(pieces(body));
          return next(request);
        },
      },
    },
  ],
});
await client.createTable();

test('a row stays what it is when a character comes in two pieces', async () => {
  await client.upsertEntity({ partitionKey: 'p', rowKey: 'one', name: TEXT });
  expect(await client.getEntity('p', 'one')).toMatchObject({ name: TEXT });
});

test('so do the rows of a transaction', async () => {
  await client.submitTransaction([['upsert', { partitionKey: 'p', rowKey: 'two', name: TEXT }]]);
  expect(await client.getEntity('p', 'two')).toMatchObject({ name: TEXT });
});
