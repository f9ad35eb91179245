import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { managedIdentity } from '../../shared/adapters/managedIdentity.ts';
import { honourProxy } from '../../shared/lib/proxySettings.ts';

const PROBE = path.join(import.meta.dirname, '..', 'support', 'askBothServices.ts');
const before = { ...process.env };
const asked: string[] = [];
// It lets nobody through: whoever comes is written down.
const proxy = createServer((request, response) => {
  asked.push(request.url ?? '');
  response.writeHead(502).end();
}).on('connect', (request, socket) => {
  asked.push(request.url ?? '');
  socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
});

beforeEach(async () => {
  asked.length = 0;
  if (!proxy.listening) await once(proxy.listen(0, '127.0.0.1'), 'listening');
});
afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});

/** Which of Graph and the tables are asked for through the proxy. */
async function throughProxy(noProxy: string): Promise<string[]> {
  const address = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const env = { ...process.env, HTTPS_PROXY: address, NO_PROXY: noProxy };
  await promisify(execFile)(process.execPath, [PROBE], { env });
  return [...new Set(asked)].sort();
}

test('Graph and the tables are asked through it', async () => {
  expect(await throughProxy('')).toEqual(['a.table.example.invalid:443', 'graph.example.invalid:443']);
});

test.each(['*', '*.example.invalid', '.example.invalid', 'example.invalid'])(
  'with NO_PROXY %s neither of them is',
  async noProxy => {
    expect(await throughProxy(noProxy)).toEqual([]);
  },
);

test('tokens of the managed identity never come through it', async () => {
  const reached: string[] = [];
  const identity = createServer((request, response) => {
    reached.push(request.url ?? '');
    const token = { access_token: 'token', expires_on: String(Math.floor(Date.now() / 1_000) + 3_600) };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(token));
  }).listen(0, '127.0.0.1');
  await once(identity, 'listening');
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  Object.assign(process.env, {
    ...{ HTTPS_PROXY: address, HTTP_PROXY: address, IDENTITY_HEADER: 'secret' },
    IDENTITY_ENDPOINT: `http://127.0.0.1:${(identity.address() as AddressInfo).port}/msi/token`,
  });
  honourProxy(process.env);
  const { token } = (await managedIdentity('id').getToken('https://vault.azure.net/.default')) ?? {};
  expect([token, reached.length, asked]).toEqual(['token', 1, []]);
  identity.close();
});
