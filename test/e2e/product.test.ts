import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { rawRequest } from '../support/rawHttp.ts';
import { stack } from '../support/stack.ts';

const SAMPLE = readFileSync(path.join(import.meta.dirname, '..', '..', 'local', 'sample-agents.csv'));
const FIELDS = [
  ...['status', 'agentId', 'email', 'userId', 'displayName', 'group', 'number', 'numberE164', 'matchedBy'],
  ...['teamsAvailability', 'teamsActivity', 'outOfOffice', 'telStatus', 'telStatusText', 'reachable', 'known'],
  ...['agentStatus', 'rule', 'changedAt', 'checkedAt', 'ageSeconds', 'stale', 'error', 'message'],
];

const { host, tenant, ask, manage, list, one, health, upload, poll, logged } = await stack();
const { state } = tenant;
const personOf = (agentId: string) => state.people.find(person => person.agentId === agentId);
const idOf = (agentId: string) => personOf(agentId)?.id ?? '';

for (const { id } of state.people) state.moveTo(id, 'Available');
const uploaded = await upload(SAMPLE);
await poll();

describe('one agent', () => {
  test('is answered flat, without nulls, in the documented order', async () => {
    const { status, json, headers } = await one('1001');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(Object.keys(json)).toEqual(FIELDS);
    expect(Object.values(json).every(value => typeof value === 'string' || typeof value === 'number')).toBe(true);
    expect(json).toMatchObject({
      agentId: '1001',
      displayName: 'Anna Beck',
      rule: 'available',
      reachable: 1,
      telStatus: 0,
      stale: 0,
    });
  });

  test.each([
    ['agentId', () => '1002'],
    ['userId', () => idOf('1002')],
    ['userId', () => idOf('1002').toUpperCase()],
    ['email', () => 'JORG@contoso.com'],
    ['email', () => 'mail:jorg@contoso.com'],
    ['agentId', () => 'id:1002'],
    ['number', () => '+4989123456001'],
    ['number', () => 'tel:089 / 123 456 001'],
  ])('is found by %s', async (matchedBy, key) => {
    expect((await one(key())).json).toMatchObject({ agentId: '1002', displayName: 'Jörg Müller', matchedBy });
    expect((await ask(`/api/v1/presence/${encodeURIComponent(key())}`)).json).toMatchObject({ agentId: '1002' });
  });

  test.each([
    ['nobody', 404, 'not_mapped'],
    ['nobody@contoso.com', 404, 'not_mapped'],
    ['', 400, 'malformed_key'],
    ['a b', 400, 'malformed_key'],
    ["';DROP TABLE", 400, 'malformed_key'],
  ])('by the key %j is %i with every field', async (key, status, error) => {
    const answer = await one(key);
    expect(answer.status).toBe(status);
    expect(Object.keys(answer.json)).toEqual(FIELDS);
    expect(answer.json).toMatchObject({
      status,
      error,
      agentId: '',
      reachable: 0,
      telStatus: 1,
      telStatusText: 'unknown',
      stale: 1,
    });
  });

  test('whom Teams shows on a call is not reachable', async () => {
    state.moveTo(idOf('1003'), 'InACall');
    await poll();
    expect((await one('1003')).json).toMatchObject({
      teamsActivity: 'InACall',
      rule: 'in-a-call',
      reachable: 0,
      telStatus: 1,
    });
  });
});

describe('the list', () => {
  test('is the ACD’s own envelope', async () => {
    const { status, json } = await list();
    expect(status).toBe(200);
    expect(Object.keys(json)).toEqual([
      ...['status', 'count', 'orderBy', 'ascending', 'revision', 'checkedAt', 'ageSeconds', 'stale'],
      ...['reachableCount', 'firstReachable', 'records'],
    ]);
    expect(json).toMatchObject({
      status: 200,
      count: 12,
      orderBy: 'agentId',
      ascending: 1,
      stale: 0,
      firstReachable: '1001',
    });
    const omitted = new Set(['status', 'matchedBy', 'checkedAt', 'ageSeconds', 'error', 'message']);
    const records = json['records'] as Record<string, unknown>[];
    expect(Object.keys(records[0] ?? {})).toEqual(FIELDS.filter(field => !omitted.has(field)));
    expect(records.map(record => record['agentId'])).toEqual(state.people.map(person => person.agentId).sort());
  });

  test.each([
    ['?group=sales', ['1002', '1005', '1008', '1011']],
    ['?group=nothing', []],
    ['?agents=1004,1001,9999', ['1004', '1001']],
    ['?agents=1004,1002&group=support', ['1004']],
  ])('%s', async (query, agentIds) => {
    const { json } = await list(query);
    expect((json['records'] as { agentId: string }[]).map(record => record.agentId)).toEqual(agentIds);
    expect(json).toMatchObject({ count: agentIds.length, firstReachable: agentIds[0] ?? '' });
  });

  test('?reachable=1 leaves the others out', async () => {
    state.moveTo(idOf('1001'), 'DoNotDisturb');
    await poll();
    const { json } = await list('?reachable=1');
    expect((json['records'] as { reachable: number }[]).every(record => record.reachable === 1)).toBe(true);
    expect(json).toMatchObject({ firstReachable: '1002' });
  });

  test('HEAD is answered like GET, without a body', async () => {
    const answer = await ask('/api/v1/presence', host.keys.acd, { method: 'HEAD' });
    expect(answer).toMatchObject({ status: 200, text: '' });
  });

  test('a malformed filter is 400 in three fields', async () => {
    const { status, json } = await list('?reachable=maybe');
    expect(status).toBe(400);
    expect(json).toEqual({ status: 400, error: 'malformed_filter', message: expect.any(String) });
  });
});

describe('an answer that the client has already', () => {
  const withTag = (path: string, tag: string) => ask(path, host.keys.acd, { headers: { 'if-none-match': tag } });

  test.each(['/api/v1/presence', '/api/v1/presence?group=sales', '/api/v1/presence?key=1001'])(
    '%s is 304 until something changes',
    async path => {
      const etag = (await ask(path)).headers.get('etag') ?? '';
      expect(etag).toMatch(/^W\/"[\w-]{22}"$/);
      await poll();
      const unchanged = await withTag(path, `"other", ${etag}`);
      expect(unchanged).toMatchObject({ status: 304, text: '' });
      expect(unchanged.headers.get('x-presence-age-seconds')).toMatch(/^\d+$/);
      expect((await withTag(path, etag.replace('W/', ''))).status).toBe(304);
      expect((await withTag(path, '"other"')).status).toBe(200);

      for (const agentId of ['1001', '1002'])
        state.moveTo(idOf(agentId), path.includes('group') ? 'Away' : 'Presenting');
      await poll();
      const changed = await withTag(path, etag);
      expect(changed.status).toBe(200);
      expect(changed.headers.get('etag')).not.toBe(etag);
      for (const agentId of ['1001', '1002']) state.moveTo(idOf(agentId), 'Available');
      await poll();
    },
  );

  test('answers of different filters have different tags', async () => {
    const tags = await Promise.all(
      ['', '?group=sales', '?reachable=1', '?agents=1002,1001'].map(async query =>
        (await list(query)).headers.get('etag'),
      ),
    );
    expect(new Set(tags).size).toBe(4);
  });
});

describe('keys', () => {
  test('the ACD’s key opens presence and nothing else', async () => {
    expect((await ask('/api/v1/presence')).status).toBe(200);
    for (const [method, route] of [
      ['GET', '/api/v1/health'],
      ['PUT', '/api/v1/agents'],
    ] as const) {
      expect(await ask(route, host.keys.acd, { method })).toMatchObject({ status: 401, text: '' });
    }
    expect((await ask('/admin/functions/pollPresence', host.keys.acd, { method: 'POST' })).status).toBe(401);
  });

  test('the administrator’s key opens presence as well: the board needs no second key', async () => {
    expect((await manage('/api/v1/presence')).status).toBe(200);
  });

  test('live needs none and shows the version alone', async () => {
    const answer = await fetch(`${host.url}/api/live`);
    expect([answer.status, await answer.json()]).toEqual([200, { status: 200, version: manifest.version }]);
  });

  test.each([
    ['GET', '/api/v1/nothing'],
    ['POST', '/api/v1/presence'],
    ['PATCH', '/api/v1/agents'],
  ])('%s %s is an empty 404 of the platform', async (method, route) => {
    expect(await manage(route, { method })).toMatchObject({ status: 404, text: '' });
  });
});

describe('an upload of agents', () => {
  test('of the sample is answered with the match report', () => {
    expect(uploaded.status).toBe(200);
    expect(uploaded.json).toMatchObject({
      status: 200,
      count: 12,
      mapped: 12,
      notFound: 0,
      disabled: 0,
      added: 12,
      removed: 0,
      encoding: 'utf-8',
      attention: [],
    });
  });

  test('as JSON', async () => {
    const agents = state.people.map(({ agentId, mail, displayName, group, number }) => ({
      agentId,
      email: mail,
      displayName,
      group,
      number,
    }));
    const { status, json } = await upload(JSON.stringify(agents), 'application/json');
    expect([status, json['count'], json['added'], json['removed']]).toEqual([200, 12, 0, 0]);
  });

  const CSV = { type: 'text/csv', query: '' };
  test.each([
    [
      'a bad row',
      { ...CSV, body: 'agentId,email\n1001,anna@contoso.com\n1002,nobody\n' },
      400,
      'malformed_agents',
      'line 3',
    ],
    ['an empty body', { ...CSV, body: '' }, 400, 'empty_body', 'Content-Length'],
    ['no JSON', { ...CSV, type: 'application/json', body: '{' }, 400, 'malformed_agents', 'not JSON'],
    ['another media type', { ...CSV, type: 'application/pdf', body: 'x' }, 415, 'media_type', 'text/csv'],
    ['too few agents', { ...CSV, body: 'agentId,email\n1001,anna@contoso.com\n' }, 409, 'would_remove', '11 of 12'],
    ['a query nobody knows', { ...CSV, query: '?dry=1', body: SAMPLE }, 400, 'malformed_query', 'replaceAll'],
    ['25 MB', { ...CSV, body: Buffer.alloc(25 * 1024 * 1024, 'a') }, 413, 'too_large', '20 MB'],
  ])('with %s changes nothing', async (_case, { body, type, query }, status, error, words) => {
    const before = (await list()).json['records'];
    const answer = await upload(body, type, query);
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject({ status, error, message: expect.stringContaining(words) });
    expect((await list()).json['records']).toEqual(before);
  });

  test('that comes chunked is refused, for the platform hands it over empty', async () => {
    const lines = ['PUT /api/v1/agents HTTP/1.1', 'Host: x', 'Connection: close', 'Content-Type: text/csv'];
    const text = [
      ...lines,
      `x-functions-key: ${host.keys.management}`,
      'Transfer-Encoding: chunked',
      '',
      '7',
      'agentId',
      '0',
      '',
      '',
    ];
    const answer = await rawRequest(Number(new URL(host.url).port), text.join('\r\n'));
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({
      error: 'empty_body',
      message: expect.stringContaining('Content-Length'),
    });
  });
});

describe('when something is out', () => {
  test('Graph: the last state is answered with its age, health says why, and it comes back', async () => {
    await poll();
    const before = (await one('1002')).json;
    state.faults = [{ service: 'graph', status: 503, body: '<html>down</html>' }];
    await poll();
    const during = (await one('1002')).json;
    expect(during).toMatchObject({
      status: 200,
      teamsAvailability: before['teamsAvailability'],
      checkedAt: before['checkedAt'],
    });
    expect(await health()).toMatchObject({
      status: 200,
      json: { state: 'degraded', fault1: expect.stringContaining('503') },
    });
    state.faults = [];
    await poll();
    expect((await health()).json).toMatchObject({ state: 'ok', fault1: '' });
  });

  test('a Graph that throttles is left alone for as long as it asks', async () => {
    state.faults = [{ service: 'graph', status: 429, headers: { 'retry-after': '5' }, times: 1 }];
    await poll();
    const calls = state.counted('graph.presences');
    await poll();
    expect(state.counted('graph.presences')).toBe(calls);
    expect((await health()).json).toMatchObject({
      state: 'degraded',
      fault1: expect.stringContaining('asked to wait'),
    });
    await expect
      .poll(
        async () => {
          await poll();
          return state.counted('graph.presences');
        },
        { timeout: 15_000 },
      )
      .toBe(calls + 1);
  });

  test('Graph takes the token back: a fresh one is fetched within the cycle', async () => {
    state.faults = [{ service: 'graph', status: 401, times: 1 }];
    const tokens = state.counted('entra.password');
    await poll();
    expect(state.counted('entra.password')).toBe(tokens + 1);
    expect((await health()).json).toMatchObject({ state: 'ok' });
  });
});

test('Teams was only read, never written', () => {
  expect(state.counted('graph.write')).toBe(0);
});

test('nothing of it was logged: no name, address, number, presence value, key, secret or token', () => {
  const log = logged();
  expect(log).toContain('poll.succeeded');
  expect(log).toContain('agents.uploaded');
  const people = state.people.flatMap(({ displayName, mail, number, id }) => [displayName, mail, number, id]);
  const secrets = [...state.secrets.values()].map(secret => secret.value);
  const keys = [host.keys.acd, host.keys.management, host.keys.master];
  const values = ['InACall', 'DoNotDisturb', 'Available', 'eyJ', 'Bearer', 'presence?key'];
  for (const canary of [...people, ...secrets, ...keys, ...values]) expect(log).not.toContain(canary);
});
