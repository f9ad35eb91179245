import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { graphClient } from '../../shared/adapters/graph/graphClient.ts';
import { honourProxy } from '../../shared/lib/proxySettings.ts';
import { runScript } from '../support/script.ts';

const PROBE = path.join(import.meta.dirname, '..', 'support', 'askServices.ts');
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
const identity = createServer((_request, response) => {
  const token = { access_token: 'token', expires_on: String(Math.floor(Date.now() / 1_000) + 3_600) };
  response.setHeader('content-type', 'application/json').end(JSON.stringify(token));
});
const addressOf = (server: Server) => `127.0.0.1:${(server.address() as AddressInfo).port}`;

beforeAll(() => Promise.all([proxy, identity].map(server => once(server.listen(0, '127.0.0.1'), 'listening'))));
afterAll(() => {
  proxy.close();
  identity.close();
});
afterEach(() => {
  asked.length = 0;
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});

/** Which services are asked for through the proxy by a process that asks Graph, the tables and the identity. */
async function throughProxy(noProxy: string): Promise<string[]> {
  const address = addressOf(proxy);
  const variables = {
    ...{ HTTPS_PROXY: address, HTTP_PROXY: address, NO_PROXY: noProxy },
    ...{ IDENTITY_ENDPOINT: `http://${addressOf(identity)}/msi/token`, IDENTITY_HEADER: 'secret' },
  };
  expect(await runScript(PROBE, [], '', variables)).toEqual({ code: 0, printed: 'token' });
  return [...new Set(asked)].sort();
}

test('Graph and the tables are asked through it, tokens of the managed identity never come through it', async () => {
  expect(await throughProxy('')).toEqual(['a.table.example.invalid:443', 'graph.example.invalid:443']);
});

// How other entries are read is shown by proxySettings.test.ts.
test.each(['*', '*.example.invalid'])('with NO_PROXY %s neither of them is', async noProxy => {
  expect(await throughProxy(noProxy)).toEqual([]);
});

describe('a proxy that hangs up before there is a connection', async () => {
  const hangingUp = createServer().on('connect', (_request, socket) => socket.destroy());
  await once(hangingUp.listen(0, '127.0.0.1'), 'listening');
  afterAll(() => hangingUp.close());
  const address = `http://${addressOf(hangingUp)}`;

  test('makes no request to Graph last for ever', async () => {
    Object.assign(process.env, { HTTPS_PROXY: address });
    honourProxy(process.env);
    const graph = graphClient('https://graph.example.invalid', Date.now, 200);
    const token = { value: 'token', mode: 'app-only' } as const;
    await expect(graph({ method: 'GET', path: '/v1.0/users', token })).rejects.toThrow('did not answer');
  });

  test.each([['agents.ts', 'report'], ['doctor.ts'], ['explain.ts', 'anna'], ['rules.ts', 'show']])(
    'is named by %s %s, which ends',
    async (script, ...words) => {
      const options = [...words, '--url', 'https://app.example.invalid', '--key', 'key'];
      const { code, printed } = await runScript(script, options, '', { HTTPS_PROXY: address, NO_PROXY: '' });
      expect(printed).toContain('does not answer. Check the address, and the proxy of HTTPS_PROXY.');
      expect(code).toBe(1);
    },
  );
});
