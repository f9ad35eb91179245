import { beforeAll, expect, test, vi } from 'vitest';
import { agentsCsv } from '../../local/tenant/people.ts';
import { stack } from '../support/stack.ts';

const { tenant, host, manage, ask, one, upload, poll, logged } = await stack({
  settings: { FRESH_WITHIN_SECONDS: '0' },
});
const { state } = tenant;

interface Line {
  readonly at: number;
  readonly event: string;
  readonly fields: Record<string, unknown>;
}

/** What was logged, as an operator reads it: nothing but time, event and fields. */
function lines(): Line[] {
  return [...logged().matchAll(/^(\S+) \w+ \w+: ([a-z]+\.[a-z]+) (\{.*\})$/gm)].map(
    ([, time = '', event = '', json = '']) => ({
      at: Date.parse(time),
      event,
      fields: JSON.parse(json) as Record<string, unknown>,
    }),
  );
}
const of = (event: string) => lines().filter(line => line.event === event);

const setRules = () =>
  manage('/api/v1/rules', {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: '{"preset":"acd-decides"}',
  });
let [outageFrom, outageUntil] = [0, 0];

/** A day in short: all is well, Graph is out, the tables are out, all is well again. */
beforeAll(async () => {
  await upload(agentsCsv(state.people));
  await poll();
  await one('1001');
  outageFrom = Date.now();
  state.faults = [{ service: 'graph', status: 503 }];
  await poll();
  state.faults = [{ service: 'graph', status: 429, headers: { 'retry-after': '1' }, times: 1 }];
  await poll();
  outageUntil = Date.now();
  state.faults = [];
  state.setOutage('tables', true);
  await Promise.all([manage('/api/v1/match-report'), setRules()]);
  state.setOutage('tables', false);
  // A connection that was refused may be remembered for a moment.
  await vi.waitUntil(async () => (await setRules()).status === 200, { timeout: 10_000, interval: 100 });
  await poll();
});

test('Was Teams read all day? The gap and its age stand in the lines', () => {
  const succeeded = of('poll.succeeded');
  const [before, after] = [succeeded.find(({ at }) => at < outageFrom), succeeded.find(({ at }) => at > outageFrom)];
  expect(before?.fields['ageSeconds']).toBe(-1);
  // A line is written when its cycle ends; the age is that of its beginning.
  const beginOf = (line: Line | undefined) => (line?.at ?? 0) - Number(line?.fields['milliseconds']);
  const gap = (beginOf(after) - beginOf(before)) / 1_000;
  expect(Math.abs(Number(after?.fields['ageSeconds']) - gap)).toBeLessThan(2);
});

test('Why not? Code, sentence and Microsoft’s own ids', () => {
  const failed = of('poll.failed').filter(({ at }) => at >= outageFrom && at <= outageUntil);
  expect(failed.map(({ fields }) => fields['code'])).toContain('graph_unavailable');
  expect(failed[0]?.fields['message']).toMatch(/^Microsoft Graph answered 503 .*request [0-9a-f-]{36}/);
});

test('How hard was it? Duration, requests and retries', () => {
  const throttled = of('poll.succeeded').find(({ fields }) => fields['retries'] !== 0);
  expect(throttled?.fields).toMatchObject({ requests: 2, retries: 1, milliseconds: expect.any(Number) });
  expect(of('poll.succeeded')[0]?.fields).toMatchObject({ requests: 1, retries: 0 });
});

test('Did the ACD ask, and was it answered? Counts, and what failed', () => {
  expect(of('pulls.served')[0]?.fields).toMatchObject({ pulls: expect.any(Number), renewed: 0 });
  expect(of('request.failed').map(({ fields }) => [fields['code'], fields['status']])).toContainEqual([
    'store_unavailable',
    503,
  ]);
});

test('Who changed what decides? The list and the rules, at their time', () => {
  expect(of('agents.uploaded')[0]?.fields).toMatchObject({ count: state.people.length });
  expect(of('rules.changed')[0]?.fields).toMatchObject({ rules: expect.any(Number) });
  expect(of('rules.changed')[0]?.at).toBeGreaterThan(outageUntil);
});

test('an answer leads to the request to Graph that it came from', async () => {
  const { headers } = await one('1001');
  const id = headers.get('x-graph-request-id') ?? '';
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  expect(of('poll.succeeded').at(-1)?.fields['requestIds']).toBe(id);
  expect((await manage('/api/v1/explain?key=1001')).json['requestId']).toBe(id);
  const known = await ask('/api/v1/presence?key=1001', host.keys.acd, {
    headers: { 'if-none-match': headers.get('etag') ?? '' },
  });
  expect([known.status, known.headers.get('x-graph-request-id')]).toEqual([304, id]);
});
