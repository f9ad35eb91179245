import { beforeEach, describe, expect, test } from 'vitest';
import { EMPTY_ENTRY } from '../../shared/domain/agents/agent.ts';
import { stack } from '../support/stack.ts';

const { host, manage, upload, ask, list } = await stack();
const TEAM = [
  'agentId;email;displayName;group;number',
  '1001;anna@contoso.com;Anna Beck;support;+49 89 123456000',
  '1002;jorg@contoso.com;"Jörg ""J"" Müller"; sales;0089123',
  "1003;maria@contoso.com;'=1+1;sales;4711",
  '',
].join('\r\n');

const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  manage(`/api/v1/agents${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });

/** The ids a pull is answered with; the head may be half a second old. */
async function ids(): Promise<string[]> {
  await new Promise(resolve => setTimeout(resolve, 510));
  return ((await list()).json['records'] as { agentId: string }[]).map(record => record.agentId);
}

async function exported(accept = 'application/json') {
  await new Promise(resolve => setTimeout(resolve, 510));
  return send('GET', '', undefined, { accept });
}

beforeEach(async () => {
  expect((await upload(TEAM, 'text/csv', '?replaceAll=1')).status).toBe(200);
});

describe('the list', () => {
  test('comes back as JSON that uploads unchanged', async () => {
    const { text, headers } = await exported();
    expect(JSON.parse(text)).toEqual([
      {
        ...EMPTY_ENTRY,
        agentId: '1001',
        email: 'anna@contoso.com',
        number: '+49 89 123456000',
        displayName: 'Anna Beck',
        group: 'support',
      },
      {
        ...EMPTY_ENTRY,
        agentId: '1002',
        email: 'jorg@contoso.com',
        number: '0089123',
        displayName: 'Jörg "J" Müller',
        group: 'sales',
      },
      {
        ...EMPTY_ENTRY,
        agentId: '1003',
        email: 'maria@contoso.com',
        number: '4711',
        displayName: '=1+1',
        group: 'sales',
      },
    ]);
    const again = await upload(text, 'application/json');
    expect(again.json).toMatchObject({ added: 0, removed: 0, generation: headers.get('etag')?.replaceAll('"', '') });
  });

  test('comes back as CSV that uploads unchanged, and holds no formula', async () => {
    const before = (await exported()).text;
    const { text, headers } = await exported('text/csv');
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(text).toContain("'=1+1");
    expect(text).toContain("'+49 89 123456000");
    const again = await upload(text);
    expect(again.json).toMatchObject({ status: 200, added: 0, removed: 0 });
    expect((await exported()).text).toBe(before);
  });
});

describe('a change', () => {
  test('POST adds and updates, and removes nobody', async () => {
    const { status, json } = await send('POST', '', [
      { agentId: '1003', email: 'maria@contoso.com', group: 'support' },
      { agentId: '1004', email: 'peter@contoso.com' },
    ]);
    expect([status, json['added'], json['removed'], json['count']]).toEqual([200, 1, 0, 4]);
    expect(await ids()).toEqual(['1001', '1002', '1003', '1004']);
  });

  test('PUT of a group replaces that group only', async () => {
    const { json } = await send('PUT', '?group=sales', [{ agentId: '1002', email: 'jorg@contoso.com' }]);
    expect(json).toMatchObject({ status: 200, added: 0, removed: 1 });
    expect(await ids()).toEqual(['1001', '1002']);
    expect(JSON.parse((await exported()).text)[1]).toMatchObject({ group: 'sales' });
    expect(await send('PUT', '?group=sales', [])).toMatchObject({ status: 409, json: { error: 'would_remove' } });
    expect(await send('PUT', '?group=sales', [{ agentId: '1001' }])).toMatchObject({
      status: 400,
      json: { error: 'malformed_agents' },
    });
    expect(await send('PUT', '?group=sales', [{ agentId: '9', group: 'support' }])).toMatchObject({ status: 400 });
  });

  test('one agent: GET, PUT and DELETE', async () => {
    expect((await send('GET', '/1001')).json).toMatchObject({ agentId: '1001', email: 'anna@contoso.com' });
    expect((await send('GET', '/9999')).status).toBe(404);
    expect((await send('PUT', '/1005', { email: 'sophie@contoso.com' })).json).toMatchObject({ added: 1, mapped: 4 });
    expect(await send('PUT', '/1005', { agentId: '1006' })).toMatchObject({
      status: 400,
      json: { error: 'malformed_agents' },
    });
    expect((await send('DELETE', '/1005')).json).toMatchObject({ removed: 1 });
    expect(await send('DELETE', '/1005')).toMatchObject({ status: 404, json: { error: 'not_mapped' } });
    expect(await ids()).toEqual(['1001', '1002', '1003']);
  });

  test('one agent as nested JSON is refused, however deep', async () => {
    const deep = `{"email":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    const headers = { 'content-type': 'application/json' };
    expect((await manage('/api/v1/agents/1001', { method: 'PUT', headers, body: deep })).json).toMatchObject({
      status: 400,
      error: 'malformed_agents',
    });
  });

  test('dryRun only reports', async () => {
    const { json } = await send('PUT', '?dryRun=1&replaceAll=1', [{ agentId: '7', email: 'nobody@contoso.com' }]);
    expect(json).toMatchObject({ status: 200, added: 1, removed: 3, notFound: 1 });
    expect(await ids()).toEqual(['1001', '1002', '1003']);
  });

  test('If-Match that names other agents is 412 and changes nothing', async () => {
    const tag = (await exported()).headers.get('etag') ?? '';
    expect((await send('POST', '', [{ agentId: '1004' }], { 'if-match': tag })).status).toBe(200);
    const late = await send('POST', '', [{ agentId: '1005' }], { 'if-match': tag });
    expect(late).toMatchObject({ status: 412, json: { error: 'changed_meanwhile' } });
    expect(await ids()).toEqual(['1001', '1002', '1003', '1004']);
    expect((await send('DELETE', '/1004', undefined, { 'if-match': '*' })).status).toBe(200);
  });

  test('what makes no sense is 400 and changes nothing', async () => {
    for (const [method, path, body] of [
      ['DELETE', '', undefined],
      ['POST', '?group=sales', []],
      ['POST', '/1001', {}],
      ['PUT', '/1001', []],
      ['PUT', '/1001', 'nonsense'],
      ['PUT', '/a%20b', {}],
      ['PUT', '?what=1', []],
    ] as const)
      expect(await send(method, path, body), `${method} ${path}`).toMatchObject({ status: 400, json: { status: 400 } });
    expect(await ids()).toEqual(['1001', '1002', '1003']);
  });

  test('the ACD’s key opens none of it', async () => {
    for (const method of ['GET', 'PUT', 'POST', 'DELETE']) {
      expect((await ask('/api/v1/agents/1001', host.keys.acd, { method })).status).toBe(401);
    }
  });
});
