import { expect, test } from 'vitest';
import { doctor } from '../../local/commands/doctor.ts';
import { runCommandHere } from '../support/command.ts';
import { stack } from '../support/stack.ts';

interface Step {
  readonly id: string;
  readonly status: string;
}

const { tenant, host, manage, upload, poll, logged, health } = await stack();
const { state } = tenant;

test('of a sound deployment finds nothing to mend, and ends with what the ACD’s administrator needs', async () => {
  await upload('agentId;email\n1001;anna@contoso.com\n');
  await poll();
  const { status, json } = await manage('/api/v1/doctor');
  expect(status).toBe(200);
  expect(json['state']).toBe('ok');
  const steps = json['steps'] as Step[];
  expect(steps.map(step => step.id)).toEqual([
    ...[
      'storage',
      'vault',
      'values',
      'tenant',
      'application',
      'single-tenant',
      'proof',
      'proof-expiry',
      'user',
      'password-expiry',
    ],
    ...['owner', 'consent', 'presence-permission', 'lookup-permission', 'other-permission', 'surplus-permissions'],
    ...['lookup', 'presence', 'timer', 'agents'],
  ]);
  expect(Object.fromEntries(steps.filter(step => step.status !== 'ok').map(step => [step.id, step.status]))).toEqual({
    'single-tenant': 'skipped',
    owner: 'skipped',
  });
  expect(json['jtel']).toMatchObject({
    baseUrl: `${host.url}/api/v1/presence`,
    header: "x-functions-key: THE-ACD'S-KEY",
  });
});

test('npm run doctor asks a deployed connector, and ends with the block for the ACD', async () => {
  const { code, printed } = await runCommandHere(doctor, ['--url', host.url, '--key', host.keys.management]);
  expect(printed).toContain('The vault can be read: readable');
  expect(printed).toContain('For the administrator of the ACD');
  expect(printed).toMatch(/^Version \d+\.\d+\.\d+$/m);
  expect(printed).toContain('/api/v1/presence?key=1001');
  expect(code).toBe(0);
});

test('npm run doctor says that the ACD’s key is not the right one', async () => {
  const { code, printed } = await runCommandHere(doctor, ['--url', host.url, '--key', host.keys.acd]);
  expect(printed).toContain('The key is not accepted. Use a management key, not the ACD’s.');
  expect(code).toBe(1);
});

test('a refused user: the application reads instead, health is degraded and names code, sentence and step', async () => {
  state.serviceUser.refuse = 50076;
  state.faults = [{ service: 'graph', path: 'getPresences', status: 401, times: 1 }];
  // The first cycle learns that the user is refused, the second begins with it.
  await poll();
  await poll();
  expect((await health()).json).toMatchObject({
    status: 200,
    state: 'degraded',
    signIn: 'app-only',
    fault1: expect.stringMatching(/MFA.*AADSTS50076, guide: Additional User Configuration/),
  });
});

test('no secret stands in the log', () => {
  for (const { value } of state.secrets.values()) expect(logged()).not.toContain(value);
});
