import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { createCertificate } from '../../local/tenant/createCertificate.ts';
import { msalNetwork } from '../../shared/adapters/entra/msalNetwork.ts';
import { graphClient } from '../../shared/adapters/graph/graphClient.ts';
import { tableClient } from '../../shared/adapters/tables/tableClient.ts';

const asked: string[] = [];
/** Its name is right, and nobody here trusts who signed it. */
const { cert, key } = await createCertificate(['localhost']);
const server = createServer({ cert, key }, (request, response) => {
  asked.push(request.url ?? '');
  response.end('{}');
});
await once(server.listen(0, '127.0.0.1'), 'listening');
afterAll(() => server.close());
const address = `https://localhost:${(server.address() as AddressInfo).port}`;

const CLIENTS: readonly (readonly [string, () => Promise<unknown>])[] = [
  [
    'Graph',
    () =>
      graphClient(address, Date.now)({ method: 'GET', path: '/v1.0/users', token: { value: 't', mode: 'app-only' } }),
  ],
  ['Entra', () => msalNetwork().sendPostRequestAsync(`${address}/token`, { headers: {}, body: 'password=x' })],
  [
    'Table Storage',
    () => {
      const connection = `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${btoa('key')};TableEndpoint=${address}`;
      return tableClient({ storage: { connection, isUrl: false }, managedIdentityClientId: '' }, 'agents').getEntity(
        'a',
        'b',
      );
    },
  ],
];

test.each(CLIENTS)('%s is told nothing when its certificate is not trusted', async (_service, ask) => {
  await expect(ask()).rejects.toThrow();
  expect(asked).toEqual([]);
});
