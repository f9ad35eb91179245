import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, inject, test } from 'vitest';
import { msalNetwork } from '../../../../shared/adapters/entra/msalNetwork.ts';

const { key, cert } = inject('tls');
let connections = 0;
const server = createServer({ key, cert }, (request, response) => {
  request.resume().on('end', () => response.setHeader('content-type', 'application/json').end('{}'));
}).on('secureConnection', () => (connections += 1));
server.listen(0, 'localhost');
await once(server, 'listening');
afterAll(() => server.close());
const url = `https://localhost:${(server.address() as AddressInfo).port}/token`;

test('nothing goes over a connection that may have been closed meanwhile, a password least of all', async () => {
  const network = msalNetwork();
  for (let attempt = 0; attempt < 3; attempt += 1) await network.sendPostRequestAsync(url, { body: 'password=x' });
  for (let attempt = 0; attempt < 3; attempt += 1) await network.sendGetRequestAsync(url);
  expect(connections).toBe(6);
});
