import { expect, test } from 'vitest';
import { firePoll } from '../../local/stack.ts';
import { agentsCsv } from '../../local/tenant/people.ts';
import { stack } from '../support/stack.ts';
import { expectTrueAge } from '../support/trueAge.ts';

const here = await stack({ settings: { FRESH_WITHIN_SECONDS: '0' }, keySecret: 'restart' });
const { tenant, host, upload, poll, one } = here;

test('after the process was killed in mid-poll a new one answers with the last state and its true age, and goes on', async () => {
  const { state } = tenant;
  const anna = state.people.find(({ agentId }) => agentId === '1001')?.id ?? '';
  state.move(anna, { availability: 'Available', activity: 'Available' });
  await upload(agentsCsv(state.people));
  await poll();
  const before = (await one('1001')).json;
  expect(before).toMatchObject({ rule: 'available', known: 1 });

  state.move(anna, { availability: 'Busy', activity: 'InACall' });
  const { promise: isAsked, resolve: hit } = Promise.withResolvers<void>();
  state.faults = [{ service: 'graph', path: 'getPresences', delayMs: 5_000, hit }];
  await firePoll(host);
  await isAsked;
  process.kill(host.pid, 'SIGKILL');
  await host.ended;
  state.faults = [];

  const next = await here.startInstance();
  const asked = async () => {
    const answer = await fetch(`${next.url}/api/v1/presence?key=1001`, {
      headers: { 'x-functions-key': next.keys.acd },
    });
    return (await answer.json()) as Record<string, unknown>;
  };
  const askedAt = Date.now();
  const first = await asked();
  const { rule, checkedAt, reachable } = before;
  expect(first).toMatchObject({ rule, checkedAt, reachable });
  expectTrueAge(first, askedAt, Date.now());

  await firePoll(next);
  await expect.poll(async () => (await asked())['rule'], { timeout: 10_000 }).toBe('in-a-call');
});
