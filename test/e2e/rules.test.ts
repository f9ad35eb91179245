import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { stack } from '../support/stack.ts';

const { tenant, manage, ask, one, list, health, upload, poll, storage } = await stack();
const { state } = tenant;
const person = (name: string) => state.search(name)[0]?.id ?? '';
const put = (body: unknown, query = '', headers: Record<string, string> = {}) =>
  manage(`/api/v1/rules${query}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const explain = async (key: string) => (await manage(`/api/v1/explain?key=${encodeURIComponent(key)}`)).json;
/** As long as an instance may use a head that it has. */
const inEffect = () => setTimeout(500);

test('a preset counts on every instance after half a second, and the default comes back', async () => {
  await upload('agentId;email;group\n1001;anna@contoso.com;support\n1002;maria@contoso.com;sales\n');
  state.moveTo(person('anna'), 'Away');
  state.moveTo(person('maria'), 'InACall');
  await poll();
  expect((await one('1001')).json).toMatchObject({ rule: 'away', reachable: 0 });

  const dry = await put({ preset: 'acd-decides' }, '?dryRun=1');
  expect(dry.json).toMatchObject({ status: 200, dryRun: 1, preset: 'acd-decides', changed: 1 });
  expect(dry.json['changes']).toEqual([
    { agents: 1, from: 'away', to: 'anything-else', reachableFrom: 0, reachableTo: 1 },
  ]);
  await inEffect();
  expect((await one('1001')).json).toMatchObject({ rule: 'away' });

  const { revision } = (await list()).json;
  expect((await put({ preset: 'acd-decides' })).json).toMatchObject({ dryRun: 0, changed: 1 });
  await inEffect();
  expect((await one('1001')).json).toMatchObject({ rule: 'anything-else', reachable: 1, telStatus: 0 });
  expect((await one('1002')).json).toMatchObject({ rule: 'in-a-call', reachable: 0 });
  expect((await list(`?changedSince=${revision}`)).json).toMatchObject({ full: 1 });
  // The same again changes nothing, not even the version.
  const tag = (await manage('/api/v1/rules')).headers.get('etag');
  expect((await put({ preset: 'acd-decides' })).headers.get('etag')).toBe(tag);

  expect((await manage('/api/v1/rules', { method: 'DELETE' })).json).toMatchObject({ preset: 'strict', changed: 1 });
  await inEffect();
  expect((await one('1001')).json).toMatchObject({ rule: 'away' });
});

test('what GET shows, PUT takes; If-Match keeps two administrators apart', async () => {
  const shown = await manage('/api/v1/rules');
  expect(shown.json).toMatchObject({ preset: 'strict' });
  const tag = shown.headers.get('etag') ?? '';
  const edited = {
    rules: [
      {
        id: 'sales-away',
        when: [{ availability: ['Away'], group: ['Sales'] }],
        telStatus: 0,
        reachable: 1,
        agentStatus: 'Büro',
      },
      ...(shown.json['rules'] as object[]),
    ],
  };
  const first = await put(edited, '', { 'if-match': tag });
  expect(first.json).toMatchObject({ preset: '', rules: 9 });
  expect((await put(edited, '', { 'if-match': tag })).json).toMatchObject({ status: 412, error: 'changed_meanwhile' });
  state.moveTo(person('maria'), 'Away');
  await poll();
  expect((await one('1002')).json).toMatchObject({ rule: 'sales-away', reachable: 1, agentStatus: 'Büro' });
  expect((await one('1001')).json).toMatchObject({ rule: 'away', reachable: 0, agentStatus: '' });
  expect(await explain('1002')).toMatchObject({
    rule: 'sales-away',
    why: 'availability is Away, group is sales',
    skipped: [],
  });
});

test('bad rules change nothing, and say what is wrong', async () => {
  const before = (await manage('/api/v1/rules')).text;
  const answers = [
    await put('{'),
    await put({ preset: 'lax' }),
    await put({ rules: [{ id: 'x', when: [{}], telStatus: 1, reachable: 1 }] }),
    await put({ preset: 'strict' }, '?dry=1'),
  ];
  expect(answers.map(({ status, json }) => [status, json['error']])).toEqual([
    [400, 'malformed_rules'],
    [400, 'malformed_rules'],
    [400, 'malformed_rules'],
    [400, 'malformed_query'],
  ]);
  expect(answers[2]?.json['faults']).toEqual([
    'rule 1 (x): with reachable 1 the telStatus must be 0, because nobody on the phone is reachable',
  ]);
  const noType = await manage('/api/v1/rules', {
    method: 'PUT',
    headers: { 'content-type': 'text/plain' },
    body: '{}',
  });
  expect(noType.status).toBe(415);
  expect((await manage('/api/v1/rules')).text).toBe(before);
});

test('explain says why, what was skipped, by which sign-in and how the agent was found', async () => {
  state.moveTo(person('anna'), 'Away');
  await poll();
  const answer = await explain('anna@contoso.com');
  expect(answer).toMatchObject({
    status: 200,
    matchedBy: 'email',
    rule: 'away',
    why: 'availability is Away',
    rules: 'own',
    signIn: 'delegated',
    account: 'mapped',
    resolvedBy: 'upn',
    origin: 'list',
    line: 2,
    freshness: 'fresh',
    aliases: 'anna@old.contoso.com',
    settleSecondsLeft: 0,
  });
  expect(answer['skipped']).toContainEqual({ rule: 'in-a-call', why: 'activity is Away' });
  expect(answer['skipped']).toContainEqual({ rule: 'sales-away', why: 'group is support' });
  expect((await explain('nobody@contoso.com'))['status']).toBe(404);
  expect((await explain(''))['error']).toBe('malformed_key');
  // The ACD's key opens it as little as any other management route.
  expect((await ask('/api/v1/explain?key=1001')).status).toBe(401);
});

test('settling: free counts after its time, and explain says how long that is', async () => {
  await put({
    rules: [
      {
        id: 'free',
        when: [{ availability: ['Available', 'AvailableIdle'] }],
        telStatus: 0,
        reachable: 1,
        settleSeconds: 6,
      },
      { id: 'rest', when: [{}], telStatus: 1, reachable: 0 },
    ],
  });
  state.moveTo(person('anna'), 'Available');
  await poll();
  const { json } = await one('1001');
  expect(json).toMatchObject({ rule: 'settling', telStatus: 1, reachable: 0, teamsAvailability: 'Available' });
  expect((await explain('1001'))['why']).toContain('but not for 6 s yet');
  await expect.poll(async () => (await one('1001')).json['rule'], { timeout: 15_000 }).toBe('free');
});

test('rules that are lost are replaced by the strict ones, and health says so', async () => {
  const { TableClient } = await import('@azure/data-tables');
  const client = TableClient.fromConnectionString(storage.connectionString, 'agents', {
    allowInsecureConnection: true,
  });
  for await (const { partitionKey = '', rowKey = '' } of client.listEntities())
    if (partitionKey === 'rules') await client.deleteEntity(partitionKey, rowKey);
  // An instance that has them keeps them; one that starts now does not.
  expect((await health()).json['state']).toBe('ok');
  await manage('/api/v1/rules', { method: 'DELETE' });
  await inEffect();
  expect((await manage('/api/v1/rules')).json).toMatchObject({ preset: 'strict' });
});
