import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { agentsCsv } from '../../local/tenant/people.ts';
import { stack } from '../support/stack.ts';
import { expectTrueAge } from '../support/trueAge.ts';

test('after the process was killed in mid-poll a new one answers with the last state and its true age, and goes on', async () => {
  const here = await stack({ settings: { FRESH_WITHIN_SECONDS: '0' }, keySecret: 'restart' });
  const { tenant, host, upload, poll, one, ask } = here;
  const { state } = tenant;
  const anna = state.people.find(({ agentId }) => agentId === '1001')?.id ?? '';
  state.move(anna, { availability: 'Available', activity: 'Available' });
  await upload(agentsCsv(state.people));
  await poll();
  const before = (await one('1001')).json;
  expect(before).toMatchObject({ rule: 'available', known: 1 });

  state.move(anna, { availability: 'Busy', activity: 'InACall' });
  state.faults = [{ service: 'graph', path: 'getPresences', delayMs: 5_000 }];
  await ask('/admin/functions/pollPresence', host.keys.master, { method: 'POST', body: '{}' });
  await setTimeout(500);
  process.kill(host.pid, 'SIGKILL');
  await host.ended;
  state.faults = [];

  const next = await here.startInstance();
  const asked = async (path: string, key: string, init: RequestInit = {}) => {
    const answer = await fetch(`${next.url}${path}`, { ...init, headers: { 'x-functions-key': key } });
    return answer.status === 200 ? ((await answer.json()) as Record<string, unknown>) : {};
  };
  const askedAt = Date.now();
  const first = await asked('/api/v1/presence?key=1001', next.keys.acd);
  const { rule, checkedAt, reachable } = before;
  expect(first).toMatchObject({ rule, checkedAt, reachable });
  expectTrueAge(first, askedAt, Date.now());

  await asked('/admin/functions/pollPresence', next.keys.master, { method: 'POST', body: '{}' });
  await expect
    .poll(async () => (await asked('/api/v1/presence?key=1001', next.keys.acd))['rule'], { timeout: 10_000 })
    .toBe('in-a-call');
});
