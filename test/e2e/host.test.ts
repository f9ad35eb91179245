import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Host, startHost } from '../../local/stack.ts';
import { rawRequest } from '../support/rawHttp.ts';

const OPTIONS = { people: 0, seed: 0, speed: 0, port: 0, address: '127.0.0.1' };
const folder = path.join(import.meta.dirname, '..', 'support', 'echo-app');
const printed: string[] = [];
const host: Host = await startHost({ ...OPTIONS, folder, output: line => void printed.push(line) }, {}, '');
afterAll(() => host.close());

const port = Number(new URL(host.url).port);
// The keys the host was started with: of the functions of this app it knows one by name.
const FNKEY = host.keys.acd;
const HOSTKEY = host.keys.host[0] ?? '';
const MASTER = host.keys.master;

interface Call {
  readonly method?: string;
  readonly headers?: readonly string[];
  readonly body?: string;
}

function ask(target: string, { method = 'GET', headers = [], body = '' }: Call = {}) {
  const lines = [`${method} ${target} HTTP/1.1`, 'Host: 127.0.0.1', 'Connection: close', ...headers];
  if (body !== '') lines.push(`Content-Length: ${body.length}`);
  return rawRequest(port, `${lines.join('\r\n')}\r\n\r\n${body}`);
}

const key = (value: string) => `x-functions-key: ${value}`;
const PRESENCE = '/api/v1/presence/abc';

describe('keys', () => {
  test.each<[string, string, readonly string[], number]>([
    ['no key', PRESENCE, [], 401],
    ['a wrong key', PRESENCE, [key('nope')], 401],
    ['a wrong ?code=', `${PRESENCE}?code=nope`, [], 401],
    ['an empty key', PRESENCE, [key('')], 401],
    ['an empty ?code=', `${PRESENCE}?code=`, [], 401],
    ['the function key', PRESENCE, [key(FNKEY)], 200],
    ['the function key as ?code=', `${PRESENCE}?code=${FNKEY}`, [], 200],
    ['the header in another case', PRESENCE, [`X-FUNCTIONS-KEY: ${FNKEY}`], 200],
    ['?CODE=', `${PRESENCE}?CODE=${FNKEY}`, [], 200],
    ['a key with a blank behind', `${PRESENCE}?code=${FNKEY}%20`, [], 401],
    ['the host key', PRESENCE, [key(HOSTKEY)], 200],
    ['the master key', PRESENCE, [key(MASTER)], 200],
    ['a wrong header and a right code', `${PRESENCE}?code=${FNKEY}`, [key('nope')], 401],
    ['an empty header and a right code', `${PRESENCE}?code=${FNKEY}`, [key('')], 401],
    ['a right header and a wrong code', `${PRESENCE}?code=nope`, [key(FNKEY)], 200],
    ['two headers, the wrong one first', PRESENCE, [key('nope'), key(FNKEY)], 401],
    ['two headers, the right one first', PRESENCE, [key(FNKEY), key('nope')], 200],
    ['two codes, the wrong one first', `${PRESENCE}?code=nope&code=${FNKEY}`, [], 401],
    ['two codes, the right one first', `${PRESENCE}?code=${FNKEY}&code=nope`, [], 200],
    ['the key of another function', '/api/v1/item/7', [key(FNKEY)], 401],
    ['level admin, the function key', '/api/v1/adm', [key(FNKEY)], 401],
    ['level admin, the host key', '/api/v1/adm', [key(HOSTKEY)], 401],
    ['level admin, the master key', '/api/v1/adm', [key(MASTER)], 200],
    ['a bearer token instead', PRESENCE, ['Authorization: Bearer abc'], 401],
    ['anonymous, no key', '/api/v1/anon/abc', [], 200],
    ['anonymous, a wrong key', '/api/v1/anon/abc', [key('nope')], 200],
  ])('%s', async (_case, target, headers, status) => {
    const answer = await ask(target, { headers });
    expect(answer.status).toBe(status);
    if (status === 401) {
      expect(answer.body).toBe('');
      expect(answer.headers).toMatchObject({ 'content-length': '0' });
      expect(answer.headers['www-authenticate']).toBeUndefined();
    }
  });
});

describe('routing', () => {
  test.each<[string, string, string, number, string?]>([
    ['unknown route', 'GET', '/api/v1/nothing', 404],
    ['outside the prefix', 'GET', '/nothing', 404],
    ['the prefix alone', 'GET', '/api', 404],
    ['a missing parameter', 'GET', '/api/v1/presence', 404],
    ['a missing parameter, with slash', 'GET', '/api/v1/presence/', 404],
    ['one segment too many', 'GET', '/api/v1/presence/abc/def', 404],
    ['a routed function by name', 'GET', '/api/presence', 404],
    ['POST on a GET route', 'POST', PRESENCE, 404],
    ['DELETE on a GET route', 'DELETE', PRESENCE, 404],
    ['OPTIONS on a GET route', 'OPTIONS', PRESENCE, 404],
    ['HEAD on a GET route', 'HEAD', PRESENCE, 404],
    ['a method nobody knows', 'FOO', PRESENCE, 404],
    ['a slash at the end', 'GET', `${PRESENCE}/`, 200, 'presence'],
    ['a double slash', 'GET', '/api/v1/presence//abc', 404],
    ['a double slash at the start', 'GET', '//api/v1/presence/abc', 404],
    ['another case', 'GET', '/API/V1/PRESENCE/abc', 200, 'presence'],
    ['a dot segment', 'GET', '/api/v1/presence/x/../abc', 200, 'presence'],
    ['an encoded dot segment', 'GET', '/api/v1/presence/x/%2e%2e/abc', 200, 'presence'],
    ['a parameter that is a dot segment', 'GET', '/api/v1/presence/..', 404],
    ['same route, GET', 'GET', '/api/v1/item/7', 200, 'itemGet'],
    ['same route, PUT', 'PUT', '/api/v1/item/7', 200, 'itemPut'],
    ['same route, neither', 'POST', '/api/v1/item/7', 404],
    ['a literal beside a parameter: the first name wins', 'GET', '/api/v1/item/special', 200, 'itemGet'],
    ['an optional parameter, absent', 'GET', '/api/v1/opt', 200, 'opt'],
    ['an optional parameter, present', 'GET', '/api/v1/opt/5', 200, 'opt'],
    ['a catch-all, empty', 'GET', '/api/v1/rest', 200, 'rest'],
    ['a function without route', 'GET', '/api/noroute', 200, 'noroute'],
    ['a function without methods, PUT', 'PUT', '/api/noroute', 404],
  ])('%s', async (_case, method, target, status, fn) => {
    const answer = await ask(target, { method, headers: [key(MASTER)] });
    expect(answer.status).toBe(status);
    if (fn !== undefined) expect(answer.headers['x-fn']).toBe(fn);
    if (status === 404) expect(answer.body).toBe('');
  });

  test('an unknown route is 404 before any key is asked for', async () => {
    expect((await ask('/api/v1/nothing')).status).toBe(404);
    expect((await ask(PRESENCE, { method: 'POST' })).status).toBe(404);
  });

  test('HEAD where a function takes it has headers and no body', async () => {
    const answer = await ask('/api/v1/anon/abc', { method: 'HEAD' });
    expect(answer).toMatchObject({ status: 200, body: '' });
    expect(answer.headers['x-fn']).toBe('anon');
  });
});

describe('what a function gets', () => {
  const echo = async (target: string, call: Call = {}) =>
    JSON.parse(Buffer.from((await ask(target, call)).body, 'latin1').toString());

  test.each([
    ['a%2Fb', 'a%2Fb', 'a%2Fb'],
    ['a%2fb', 'a%2fb', 'a%2fb'],
    ['a%252Fb', 'a%2Fb', 'a%2Fb'],
    ['a%5Cb', 'a\\b', 'a%5Cb'],
    ['a+b', 'a+b', 'a+b'],
    ['a%2Bb', 'a+b', 'a+b'],
    ['a%20b', 'a b', 'a%20b'],
    ['%C3%A9', 'é', '%C3%A9'],
    ['%FF', '%FF', '%FF'],
    ['%zz', '%zz', '%25zz'],
    ['a%0Ab', 'a\nb', 'a%0Ab'],
    ['a;b:c@d,e', 'a;b:c@d,e', 'a;b:c@d,e'],
    ['a%3Fb%23c', 'a?b#c', 'a%3Fb%23c'],
    ['AbC', 'AbC', 'AbC'],
  ])('the parameter %s', async (sent, got, url) => {
    expect(await echo(`/api/v1/anon/${sent}`)).toMatchObject({
      params: { key: got },
      url: expect.stringContaining(`/api/v1/anon/${url}`),
    });
  });

  test('a catch-all keeps its slashes', async () => {
    expect((await echo('/api/v1/rest/a/b%2Fc')).params).toEqual({ path: 'a/b%2Fc' });
  });

  test.each([
    ['?a=1&a=2', [['a', '1,2']]],
    ['?a=1&A=2', [['A', '1,2']]],
    [
      '?a&b=&=c',
      [
        ['a', ''],
        ['b', ''],
        ['', 'c'],
      ],
    ],
    [
      '?a=x+y&b=x%2By&c=%zz',
      [
        ['a', 'x y'],
        ['b', 'x+y'],
        ['c', '%zz'],
      ],
    ],
    ['?key=other', [['key', 'other']]],
    [
      '?z=1&code=secret&y=2',
      [
        ['z', '1'],
        ['code', 'secret'],
        ['y', '2'],
      ],
    ],
  ])('the query %s', async (query, got) => {
    const echoed = await echo(`/api/v1/anon/abc${query}`);
    expect(echoed.query).toEqual(got);
    expect(echoed.params).toEqual({ key: 'abc' });
    expect(echoed.url).toBe(`http://127.0.0.1/api/v1/anon/abc${query}`);
  });

  test('repeated headers are joined', async () => {
    expect((await echo('/api/v1/anon/abc', { headers: ['X-A: 1', 'X-A: 2'] })).headers['x-a']).toBe('1,2');
  });

  test('the host of the request, whatever it says', async () => {
    const evil = await rawRequest(
      port,
      'GET /api/v1/anon/abc HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
    );
    expect(JSON.parse(evil.body).url).toBe('http://evil.example/api/v1/anon/abc');
  });

  test('a body with its length; a chunked one arrives empty', async () => {
    const upload = '/api/v1/upload';
    const headers = [key(HOSTKEY)];
    expect((await echo(upload, { method: 'POST', headers, body: '12345' })).bodyLength).toBe(5);
    expect((await echo(upload, { method: 'POST', headers })).bodyLength).toBe(0);
    const chunked = `POST ${upload} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${key(HOSTKEY)}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\n\r\n`;
    expect(JSON.parse((await rawRequest(port, chunked)).body).bodyLength).toBe(0);
  });
});

describe('limits', () => {
  const declared = (target: string, bytes: number, headers: readonly string[]) => {
    const method = target.endsWith('upload') ? 'POST' : 'GET';
    return rawRequest(
      port,
      [`${method} ${target} HTTP/1.1`, 'Host: x', `Content-Length: ${bytes}`, ...headers, '', ''].join('\r\n'),
    );
  };

  test.each<[string, string, readonly string[], number]>([
    ['with the right key', '/api/v1/upload', [key(HOSTKEY)], 500],
    ['without a key', '/api/v1/upload', [], 401],
    ['on an unknown route', '/api/v1/nothing', [], 404],
    ['on a GET route', '/api/v1/anon/abc', [], 500],
  ])('a body over 100 MB %s', async (_case, target, headers, status) => {
    expect(await declared(target, 104_857_601, headers)).toMatchObject({
      status,
      body: '',
      headers: { 'content-length': '0' },
    });
  });

  test.each([
    [8_192, 200],
    [8_193, 414],
  ])('a request line of %i bytes', async (bytes, status) => {
    const fixed = 'GET /api/v1/anon/ HTTP/1.1\r\n'.length;
    expect((await ask(`/api/v1/anon/${'a'.repeat(bytes - fixed)}`)).status).toBe(status);
  });

  test.each([
    ['16,000 characters', [`X-Big: ${'a'.repeat(16_000)}`], 200],
    ['33,000 characters', [`X-Big: ${'a'.repeat(33_000)}`], 431],
    ['101 headers', Array.from({ length: 101 }, (_, index) => `X-${index}: 1`), 431],
  ])('headers: %s', async (_case, headers, status) => {
    expect((await ask('/api/v1/anon/abc', { headers })).status).toBe(status);
  });

  test.each([
    ['no Host', 'GET /api/v1/anon/abc HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['a Host that is none', 'GET /api/v1/anon/abc HTTP/1.1\r\nHost: a b%\r\nConnection: close\r\n\r\n', 400],
    ['%00 in the path', 'GET /api/v1/anon/a%00b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 400],
    ['raw UTF-8 in the path', 'GET /api/v1/anon/\xc3\xa9 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 400],
    ['HTTP/1.0', 'GET /api/v1/anon/abc HTTP/1.0\r\nHost: x\r\n\r\n', 200],
    ['HTTP/1.0 without Host', 'GET /api/v1/anon/abc HTTP/1.0\r\n\r\n', 500],
    ['an absolute target elsewhere', 'GET http://y/api/v1/anon/abc HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['an absolute target', 'GET http://x/api/v1/anon/abc HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 200],
  ])('%s', async (_case, text, status) => {
    expect((await rawRequest(port, text)).status).toBe(status);
  });
});

test('what the platform answers itself has a length, but not to HEAD', async () => {
  const refused = (method: string) =>
    rawRequest(port, `${method} /api/v1/presence/abc HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  expect((await refused('GET')).headers).toMatchObject({ 'content-length': '0', connection: 'close' });
  expect((await refused('HEAD')).headers).not.toHaveProperty('content-length');
  const noHost = await rawRequest(port, 'GET /api/v1/anon/abc HTTP/1.1\r\nConnection: close\r\n\r\n');
  expect([noHost.status, noHost.headers['content-length']]).toEqual([400, '0']);
});

test('a connection that stays open is not mentioned', async () => {
  const text = 'GET /api/v1/anon/abc HTTP/1.1\r\nHost: x\r\n\r\n';
  const last = 'GET /api/v1/anon/abc HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
  const { headers } = await rawRequest(port, text + last);
  expect(headers).not.toHaveProperty('connection');
  expect(headers).not.toHaveProperty('keep-alive');
});

describe('what becomes of an answer', () => {
  test.each<[string, string, object]>([
    ['text', 'text', { status: 200, body: 'plain', headers: { 'transfer-encoding': 'chunked' } }],
    ['bytes', 'buf', { status: 200, body: '\x00\x01\xff' }],
    ['nothing to say', 'empty200', { status: 200, body: '', headers: { 'content-length': '0' } }],
    ['undefined', 'undef', { status: 204, body: '' }],
    ['a bare string', 'str', { status: 500, body: '', headers: { 'content-length': '0' } }],
    ['a handler that throws', 'boom', { status: 500, body: '', headers: { 'content-length': '0' } }],
    ['an odd status', 'badstatus', { status: 599, body: 'x' }],
    ['404 of the function', 's404', { status: 404, body: '{"e":1}' }],
    ['a redirect', 'redir', { status: 302, headers: { location: '/x', 'content-length': '0' } }],
    ['204', 'nocontent', { status: 204, body: '' }],
    ['an ETag', 'etag', { status: 200, body: 'hello', headers: { etag: '"abc"', 'cache-control': 'no-cache' } }],
  ])('%s', async (_case, route, expected) => {
    expect(await ask(`/api/v1/${route}`)).toMatchObject(expected);
  });

  test('a failure is logged without what was asked', async () => {
    await ask('/api/v1/boom?code=canary');
    expect(printed.join('\n')).toContain('boom failed');
    expect(printed.join('\n')).not.toContain('canary');
  });

  test('304 keeps its headers and has neither body nor length', async () => {
    const answer = await ask('/api/v1/etag', { headers: ['If-None-Match: "abc"'] });
    expect(answer).toMatchObject({ status: 304, body: '', headers: { etag: '"abc"' } });
    expect(answer.headers['content-length']).toBeUndefined();
  });
});

describe('administration', () => {
  test.each<[string, string, string, readonly string[], number]>([
    ['status without key', 'GET', '/admin/host/status', [], 401],
    ['status with a function key', 'GET', '/admin/host/status', [key(FNKEY)], 401],
    ['status with the master key', 'GET', '/admin/host/status', [key(MASTER)], 200],
    ['ping', 'GET', '/admin/host/ping', [], 200],
    ['a timer without key', 'POST', '/admin/functions/tick', [], 401],
    ['a timer nobody knows', 'POST', '/admin/functions/nothing', [key(MASTER)], 404],
    ['web hooks', 'GET', '/runtime/webhooks/x', [], 401],
  ])('%s', async (_case, method, target, headers, status) => {
    const answer = await ask(target, { method, headers });
    expect(answer.status).toBe(status);
    if (status === 401) expect(answer.headers['www-authenticate']).toBe('Bearer');
  });

  test('the master key runs a timer by hand', async () => {
    const ran = await ask('/admin/functions/tick', { method: 'POST', headers: [key(MASTER)], body: '{}' });
    expect(ran).toMatchObject({ status: 202, body: '' });
    await expect.poll(async () => JSON.parse((await ask('/api/v1/ticks')).body)).toMatchObject({ ticks: 1 });
  });

  test('a run by hand does not wait for the one that is under way, and is not left out for it', async () => {
    const run = () => ask('/admin/functions/meet', { method: 'POST', headers: [key(MASTER)], body: '{}' });
    await run();
    await run();
    const met = async () => JSON.parse((await ask('/api/v1/ticks')).body);
    await expect.poll(met, { timeout: 10_000 }).toMatchObject({ met: 2 });
  });

  test('a schedule starts no run while its own last one is under way', async () => {
    const seen = async () => JSON.parse((await ask('/api/v1/ticks')).body).often;
    await expect.poll(async () => (await seen()).runs, { timeout: 15_000, interval: 200 }).toBeGreaterThan(1);
    expect((await seen()).most).toBe(1);
  });
});

describe('a start', () => {
  async function appOf(files: Record<string, string>): Promise<string> {
    const created = await mkdtemp(path.join(tmpdir(), 'app-'));
    for (const [name, text] of Object.entries({
      'host.json': '{}',
      'package.json': '{"main":"index.cjs"}',
      ...files,
    })) {
      await writeFile(path.join(created, name), text);
    }
    return created;
  }

  test.each([
    ['without functions', 'module.exports = {};', 'registered no function'],
    ['that throws', 'throw new Error("no luck");', 'no luck'],
  ])('of an app %s fails', async (_case, code, words) => {
    const started = startHost({ ...OPTIONS, folder: await appOf({ 'index.cjs': code }) }, {}, '');
    await expect(started).rejects.toThrow(words);
  });

  test('on a taken port says so', async () => {
    await expect(startHost({ ...OPTIONS, folder, port }, {}, '')).rejects.toThrow(`Port ${port} is taken`);
  });
});
