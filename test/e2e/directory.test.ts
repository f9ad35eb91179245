import { setTimeout } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { stack } from '../support/stack.ts';

const { tenant, manage, ask, host, one, list, upload, poll, health } = await stack();
const { state } = tenant;
const person = (name: string) => state.search(name)[0]?.id ?? '';
const report = async (accept = 'application/json') => manage('/api/v1/match-report', { headers: { accept } });
const syncedAt = async () => (await report()).json['syncedAt'];

/** Fires the sync and waits for its outcome; two of them never end in the same second. */
async function sync() {
  await setTimeout(1_000);
  const before = await syncedAt();
  await ask('/admin/functions/syncDirectory', host.keys.master, { method: 'POST', body: '{}' });
  await vi.waitUntil(async () => (await syncedAt()) !== before, { timeout: 20_000, interval: 100 });
}

test('an agent is found by alias and by phone number, and asked for by any of them', async () => {
  const calls = state.counted('graph.users');
  const answer = await upload(
    [
      'agentId;email;number',
      '1001;anna@old.contoso.com;',
      '1003;;089 / 123 456-002',
      '1004;nobody@contoso.com;',
      `1005;paul.o'brien@contoso.com;+49 89 999999`,
    ].join('\n'),
  );
  expect(answer.json).toMatchObject({ count: 4, mapped: 3, notFound: 1, pending: 0 });
  expect(answer.json['attention']).toEqual([
    expect.objectContaining({ line: 4, agentId: '1004', problem: 'not-found' }),
    expect.objectContaining({ line: 5, agentId: '1005', problem: 'number-differs' }),
  ]);
  // UPN, mail and alias in one filter each, and everybody in one page for the number.
  expect(state.counted('graph.users') - calls).toBe(4);
  await poll();
  expect((await one('anna@contoso.com')).json).toMatchObject({ agentId: '1001', matchedBy: 'email' });
  expect((await one('ANNA@old.contoso.com')).json).toMatchObject({ agentId: '1001', number: '4989123456000' });
  expect((await one('tel:089123456002')).json).toMatchObject({ agentId: '1003', email: 'maria@contoso.com' });
});

test('the report opens in a spreadsheet, and names nobody as a formula', async () => {
  const csv = await report('text/csv');
  expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(csv.headers.get('content-disposition')).toContain('match-report.csv');
  const [header, first] = csv.text.replace('\ufeff', '').split('\r\n');
  expect([header, first]).toEqual([
    'line;agentId;problem;message',
    '4;1004;not-found;Nobody in the tenant has this object id, UPN, mail, alias or phone number.',
  ]);
});

test('the hourly sync notices who is renamed, disabled or gone, and health stays ok', async () => {
  await upload(
    'agentId;email\n1001;anna@contoso.com\n1003;maria@contoso.com\n1006;tom@contoso.com\n1007;lena@contoso.com\n',
    'text/csv',
    '?replaceAll=1',
  );
  state.change(person('anna'), { userPrincipalName: 'anna.b@contoso.com', mail: 'anna.b@contoso.com', aliases: [] });
  state.change(person('maria'), { accountEnabled: false });
  state.leave(person('tom'));
  await sync();
  await poll();
  expect((await one('1001')).json).toMatchObject({ status: 200, email: 'anna@contoso.com' });
  expect((await one('anna.b@contoso.com')).json).toMatchObject({ agentId: '1001' });
  expect((await one('1003')).json).toMatchObject({ rule: 'account-disabled', reachable: 0 });
  expect((await one('1006')).json).toMatchObject({ rule: 'not-in-directory', reachable: 0 });
  const problems = (await report()).json['attention'] as { agentId: string; problem: string }[];
  expect(problems.map(({ agentId, problem }) => `${agentId} ${problem}`)).toEqual([
    ...['1001 renamed', '1003 account-disabled', '1006 not-found'],
  ]);
  expect((await health()).json).toMatchObject({ state: 'ok', agentsMapped: 4, agentsFound: 2, agentsFailed: 2 });
});

test('a sync that fails changes nothing, and health says why', async () => {
  const before = (await list()).json['records'];
  state.faults = [{ service: 'graph', path: '$batch', status: 503, body: '<html>' }];
  await ask('/admin/functions/syncDirectory', host.keys.master, { method: 'POST', body: '{}' });
  await expect.poll(async () => (await health()).json['state'], { timeout: 10_000 }).toBe('degraded');
  expect((await health()).json).toMatchObject({ reason: 'The last directory sync changed nothing.' });
  expect((await list()).json['records']).toEqual(before);
  expect((await report()).json['syncFault']).toContain('503');
  state.faults = [];
  await sync();
  expect((await health()).json).toMatchObject({ state: 'ok' });
});

test('next goes through everybody one by one, and says who is gone', async () => {
  const next = async (cursor: string) => (await ask(`/api/v1/presence?next=${encodeURIComponent(cursor)}`)).json;
  const seen: string[] = [];
  let answer = await next('');
  for (; answer['agentId'] !== ''; answer = await next(String(answer['cursor']))) {
    seen.push(String(answer['agentId']));
    expect(Object.values(answer).every(value => typeof value === 'string' || typeof value === 'number')).toBe(true);
  }
  expect(seen).toEqual(['1001', '1003', '1006', '1007']);
  expect(answer).toMatchObject({ status: 200, agentId: '', more: 0, removed: 0 });
  await manage('/api/v1/agents/1006', { method: 'DELETE' });
  await setTimeout(500);
  answer = await next(String(answer['cursor']));
  expect(answer).toMatchObject({ agentId: '1006', removed: 1, more: 1, reachable: 0 });
  expect(await next('nonsense')).toMatchObject({
    status: 400,
    error: 'malformed_cursor',
    cursor: 'nonsense',
    agentId: '',
  });
  expect((await ask('/api/v1/presence?next=&group=a')).json).toMatchObject({ status: 400, error: 'next_with_filter' });
});
