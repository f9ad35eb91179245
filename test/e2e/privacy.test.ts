import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { stack } from '../support/stack.ts';

/** So many minutes of the simulated day pass in one of ours: a whole day in some seconds. */
const SPEED = 9_000;
const { tenant, host, manage, ask, list, one, upload, poll, logged } = await stack({ people: 12, speed: SPEED });
const { state } = tenant;

test('whatever a day brings, no log line names a person, a state, a key or an address', async () => {
  const rows = state.people.map(({ agentId, mail, number, displayName, group }) =>
    [agentId, mail, number, displayName, group].join(';'),
  );
  await upload(`agentId;email;number;name;group\n${rows.join('\n')}\n`);
  for (let round = 0; round < 6; round += 1) {
    await poll();
    await list();
    for (const { agentId, mail, number } of state.people.slice(0, 4)) {
      await one(agentId);
      await one(mail);
      await one(number);
      await manage(`/api/v1/explain?key=${encodeURIComponent(mail)}`);
      await ask(`/api/v1/presence/${encodeURIComponent(mail)}?code=${host.keys.acd}`, '');
    }
    await setTimeout(500);
  }
  await upload('agentId;email\n1001;anna@contoso.com\n1002;not an address of Maria Schäfer\n');
  await manage('/api/v1/agents/1003', {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: '{"email":"nobody@contoso.com"}',
  });
  await manage('/api/v1/rules', {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: '{"preset":"acd-decides"}',
  });
  await ask('/admin/functions/syncDirectory', host.keys.master, { method: 'POST', body: '{}' });
  await expect.poll(logged, { timeout: 10_000 }).toContain('sync.succeeded');
  state.faults = [
    { service: 'graph', status: 503 },
    { service: 'vault', status: 0 },
    { service: 'entra', status: 500 },
  ];
  await poll();
  state.faults = [];
  state.rejected.add(state.people[2]?.id ?? '');
  await poll();

  const said = logged();
  expect(said).toContain('poll.succeeded');
  expect(said).toContain('poll.failed');
  expect(said).toContain('pulls.served');
  expect(said).toContain('agents.uploaded');
  expect(said.match(/agent\.explained \{\}/g)).toHaveLength(24);
  const people = state.people.flatMap(({ id, agentId, displayName, mail, number, aliases }) => [
    ...[id, displayName, ...displayName.split(' ').filter(word => word.length > 3), mail, ...aliases],
    ...[number, number.replace(/\D/g, '').slice(2), `"${agentId}"`, `=${agentId}`],
  ]);
  const states = ['InACall', 'InAMeeting', 'InAConferenceCall', 'BeRightBack', 'DoNotDisturb', 'Presenting', 'OffWork'];
  const secrets = [
    host.keys.acd,
    host.keys.management,
    host.keys.master,
    state.serviceUser.email,
    '/api/v1/',
    'x-functions-key',
  ];
  expect([...people, ...states, ...secrets].filter(word => said.includes(word))).toEqual([]);
  // Every field of every line is a count, a code or an id of a request.
  const lines = [...said.matchAll(/^\S+ \w+ \w+: [a-z]+\.[a-z]+ (\{.*\})$/gm)].map(
    ([, fields = '']) => JSON.parse(fields) as Record<string, unknown>,
  );
  expect(lines.length).toBeGreaterThan(8);
  expect([...new Set(lines.flatMap(fields => Object.keys(fields)))].sort()).toEqual([
    ...[
      'added',
      'ageSeconds',
      'agents',
      'available',
      'away',
      'busy',
      'changed',
      'code',
      'count',
      'disabled',
      'failedShards',
      'generation',
      'lost',
    ],
    ...[
      'mapped',
      'message',
      'milliseconds',
      'notFound',
      'passwordDaysLeft',
      'pending',
      'pulls',
      'removed',
      'renewed',
      'requestIds',
      'requests',
      'retries',
      'rules',
    ],
    ...['secretDaysLeft', 'sequenceRegressions', 'shards', 'signIn', 'superseded', 'unchanged', 'unknown'],
  ]);
}, 60_000);

test('of fewer than five agents no line says how many changed, or how many are in which state', async () => {
  await upload('agentId;email\n1001;anna@contoso.com\n', 'text/csv', '?replaceAll=1');
  await poll();
  const before = logged().length;
  for (const activity of ['InACall', 'Available', 'Away']) {
    state.moveTo(state.people[0]?.id ?? '', activity);
    await poll();
  }
  await manage('/api/v1/rules', { method: 'DELETE' });
  const said = logged().slice(before);
  expect(said).toContain('poll.succeeded');
  expect(said).not.toMatch(/"(changed|available|busy|away|unknown|sequenceRegressions)":/);
}, 30_000);
