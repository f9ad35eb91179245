import { beforeEach, describe, expect, test } from 'vitest';
import { entraChecks } from '../../local/commands/doctor/entraChecks.ts';
import { keyVaultSecretStore } from '../../shared/adapters/keyvault/keyVaultSecretStore.ts';
import { NO_RECORD } from '../../shared/domain/signIn/attemptPolicy.ts';
import { systemTime } from '../../shared/lib/clock.ts';
import { doctorReport } from '../../shared/usecases/doctor/doctor.ts';
import { examine, type Step } from '../../shared/usecases/doctor/steps.ts';
import { credentialCache } from '../../shared/usecases/signIn/credentialCache.ts';
import { memorySignInLedger } from '../support/memorySignInLedger.ts';
import { signInTo, tenant } from '../support/tenant.ts';

const { state, settings, restore } = await tenant();
const { password } = state.serviceUser;
beforeEach(restore);

/** The doctor of a process that has just started. */
function newDoctor(ledger = memorySignInLedger()) {
  const source = credentialCache(keyVaultSecretStore(settings), systemTime, 300_000);
  const checks = entraChecks(settings.graph.endpoint, { source, signIn: signInTo(settings), ledger });
  return async () => doctorReport(await examine(checks, () => undefined));
}

const failedSteps = (steps: readonly Step[]) => steps.filter(step => step.status === 'failed').map(step => step.id);

/** One fault for each step of the guide, and the step the doctor has to name. */
const FAULTS: readonly (readonly [string, () => unknown, string])[] = [
  ['the vault is out of reach', () => Object.assign(state, { faults: [{ service: 'vault', status: 503 }] }), 'vault'],
  ['a value is missing', () => void state.secrets.delete('teams-client-id'), 'values'],
  ['half a user', () => void state.secrets.delete('teams-user-password'), 'values'],
  ["the secret's ID was copied", () => state.storeSecret('teams-client-secret', crypto.randomUUID()), 'values'],
  ['a wrong tenant', () => state.storeSecret('teams-tenant-id', crypto.randomUUID()), 'tenant'],
  ['a wrong application', () => state.storeSecret('teams-client-id', crypto.randomUUID()), 'application'],
  ['a disabled application', () => Object.assign(state.registration, { refuse: 7000112 }), 'application'],
  ['a wrong secret', () => state.storeSecret('teams-client-secret', 'wrong'), 'proof'],
  ['an expired secret', () => Object.assign(state.clientSecret, { expiresAt: 0 }), 'proof'],
  ['no secret, though there is a user', () => state.secrets.delete('teams-client-secret'), 'values'],
  ['an unknown user', () => state.storeSecret('teams-user-email', 'nobody@contoso.com'), 'user'],
  ['a wrong password', () => state.storeSecret('teams-user-password', 'wrong'), 'user'],
  ['an expired password', () => Object.assign(state.serviceUser, { refuse: 50055 }), 'user'],
  ['a demand for MFA', () => Object.assign(state.serviceUser, { refuse: 50076 }), 'user'],
  ['a policy in the way', () => Object.assign(state.serviceUser, { refuse: 53003 }), 'user'],
  ['no consent to the delegated permission', () => Object.assign(state, { delegatedPermissions: [] }), 'consent'],
  [
    'the delegated permission is missing',
    () => Object.assign(state, { delegatedPermissions: ['User.Read'] }),
    'presence-permission',
  ],
  [
    'the look-up permission is missing',
    () => Object.assign(state, { applicationPermissions: ['Presence.Read.All'] }),
    'lookup-permission',
  ],
  ['Teams shows nobody', () => state.people.map(({ id }) => state.leftOut.add(id)), 'presence'],
];

describe('of a tenant with one fault names exactly that step', () => {
  test.each(FAULTS)('%s', async (_case, inject, step) => {
    inject();
    const { state: verdict, steps } = await newDoctor()();
    expect(failedSteps(steps)).toEqual([step]);
    expect(verdict).toBe('failed');
    const finding = steps.find(({ id }) => id === step);
    expect(finding?.todo).not.toBe('');
    expect(finding?.guide).not.toBe('');
    const text = JSON.stringify(steps);
    for (const { value } of state.secrets.values()) if (value.length > 8) expect(text).not.toContain(value);
  });
});

describe('of an outage sends nobody to the guide', () => {
  test.each([
    ['Graph answers 503', { service: 'graph', path: 'getPresences', status: 503 }, 'presence'],
    [
      'Graph asks to wait',
      { service: 'graph', path: 'getPresences', status: 429, headers: { 'retry-after': '9' } },
      'presence',
    ],
    ['Graph does not look up', { service: 'graph', path: '/users', status: 500 }, 'lookup'],
    ['Entra answers 503', { service: 'entra', path: '/token', status: 503 }, 'tenant'],
  ] as const)('%s', async (_case, injected, id) => {
    state.faults = [injected];
    const { steps } = await newDoctor()();
    expect(steps.find(({ status }) => status === 'failed')).toMatchObject({ id, guide: '' });
  });
});

test.each([
  [{ service: 'vault', status: 503 }, 'vault'],
  [{ service: 'entra', path: '/token', status: 503 }, 'tenant'],
  [{ service: 'graph', path: 'getPresences', status: 503 }, 'presence'],
  [{ service: 'graph', path: 'getPresences', status: 429, headers: { 'retry-after': '9' } }, 'presence'],
  [{ service: 'graph', path: '/users', status: 500 }, 'lookup'],
] as const)('of an outage, %j, says that there is nothing to mend', async (outage, id) => {
  state.faults = [outage];
  const { steps } = await newDoctor()();
  const failed = steps.find(({ status }) => status === 'failed');
  expect(failed).toMatchObject({ id, todo: expect.stringContaining('nothing to mend') });
});

describe('what is less than a fault', () => {
  const stepOf = async (id: string) => (await newDoctor()()).steps.find(step => step.id === id);

  test('a secret that ends soon, and one of which nobody knows', async () => {
    state.storeSecret('teams-client-secret', state.clientSecret.value, Date.now() + 20 * 86_400_000);
    expect(await stepOf('proof-expiry')).toMatchObject({ status: 'warning', seen: expect.stringContaining('(vault)') });
    state.storeSecret('teams-client-secret', state.clientSecret.value, Date.now() + 5 * 86_400_000);
    expect(await stepOf('proof-expiry')).toMatchObject({
      status: 'warning',
      seen: expect.stringContaining('critical'),
    });
    state.storeSecret('teams-client-secret', state.clientSecret.value);
    expect(await stepOf('proof-expiry')).toMatchObject({
      status: 'warning',
      todo: expect.stringContaining('set-attributes'),
    });
  });

  test('a password that the directory does not speak of', async () => {
    state.serviceUser.passwordPolicies = '';
    expect(await stepOf('password-expiry')).toMatchObject({
      status: 'warning',
      seen: expect.stringContaining('unknown'),
    });
  });

  test('permissions that nobody needs', async () => {
    state.applicationPermissions = ['Presence.ReadWrite.All', 'User.Read.All'];
    expect(await stepOf('surplus-permissions')).toMatchObject({
      status: 'warning',
      seen: expect.stringContaining('ReadWrite'),
    });
  });

  test('the guide\u2019s ReadWrite alone: it is enough, and is not to be removed before the other is granted', async () => {
    state.secrets.delete('teams-user-email');
    state.secrets.delete('teams-user-password');
    state.applicationPermissions = ['Presence.ReadWrite.All', 'User.Read.All'];
    expect(await stepOf('presence-permission')).toMatchObject({
      status: 'ok',
      seen: 'Presence.ReadWrite.All (application)',
    });
    expect(await stepOf('surplus-permissions')).toMatchObject({
      status: 'warning',
      todo: expect.stringContaining('First grant Presence.Read.All'),
    });
  });

  test('without a secret and without a federated credential the proof is what failed', async () => {
    for (const name of ['teams-client-secret', 'teams-user-email', 'teams-user-password']) state.secrets.delete(name);
    expect(failedSteps((await newDoctor()()).steps)).toEqual(['proof']);
  });

  test('a sign-in under way elsewhere is no fault of the user', async () => {
    const ledger = memorySignInLedger();
    const claim = { ...NO_RECORD, state: 'claimed' as const, at: Date.now() };
    await ledger.write(claim, undefined);
    const { steps } = await newDoctor(ledger)();
    expect(steps.find(step => step.id === 'user')).toMatchObject({
      status: 'warning',
      todo: expect.stringContaining('in a minute'),
    });
    // What the user may do stands in a token that is not there yet.
    expect(failedSteps(steps)).toEqual([]);
    expect(steps.find(step => step.id === 'presence-permission')).toMatchObject({
      status: 'skipped',
      seen: 'not checked: the user has no token yet',
    });
  });

  test('a refusal of Graph says what to grant, an outage of Entra that it passes', async () => {
    state.faults = [{ service: 'graph', path: 'getPresences', status: 403 }];
    const { steps } = await newDoctor()();
    expect(steps.find(step => step.id === 'presence')?.todo).toContain('Grant admin consent');
    state.faults = [{ service: 'entra', path: '/token', status: 0 }];
    const { steps: others } = await newDoctor()();
    const waiting = others.filter(step => step.status === 'failed').map(step => step.todo);
    expect(waiting.length).toBeGreaterThan(0);
    for (const todo of waiting) expect(todo).toMatch(/nothing to mend here|network/);
  });

  test('without a user: what only a user needs is not needed', async () => {
    state.secrets.delete('teams-user-email');
    state.secrets.delete('teams-user-password');
    const { state: verdict, steps } = await newDoctor()();
    expect(verdict).toBe('ok');
    const skipped = steps.filter(step => step.status === 'skipped').map(step => step.id);
    expect(skipped).toEqual(['single-tenant', 'user', 'password-expiry', 'owner', 'other-permission']);
  });
});

describe('run again', () => {
  test('it sees what was mended meanwhile: a fresh token, not the one from before', async () => {
    const doctor = newDoctor();
    state.applicationPermissions = ['Presence.Read.All'];
    expect(failedSteps((await doctor()).steps)).toEqual(['lookup-permission']);
    state.applicationPermissions = ['Presence.Read.All', 'User.Read.All'];
    expect(failedSteps((await doctor()).steps)).toEqual([]);
  });

  test('it reports a refused user from memory, tries again what is stored anew, but never a wrong password', async () => {
    const doctor = newDoctor();
    state.serviceUser.refuse = 50076;
    const refused = (await doctor()).steps;
    expect(failedSteps(refused)).toEqual(['user']);
    expect(refused.find(({ id }) => id === 'user')?.todo).toContain('store teams-user-password anew');
    state.serviceUser.refuse = 0;
    expect(failedSteps((await doctor()).steps)).toEqual(['user']);
    state.storeSecret('teams-user-password', password);
    expect(failedSteps((await doctor()).steps)).toEqual([]);

    state.serviceUser.refuse = 65001;
    const { steps } = await doctor();
    expect(steps.find(({ id }) => id === 'consent')).toMatchObject({
      status: 'failed',
      todo: expect.stringMatching(
        /^Click "Grant admin consent"\. .*remembered for an hour: .* store teams-user-password anew/,
      ),
    });
    state.serviceUser.refuse = 0;
    expect(failedSteps((await doctor()).steps)).toEqual(['consent']);
    state.storeSecret('teams-user-password', password);
    expect(failedSteps((await doctor()).steps)).toEqual([]);

    state.storeSecret('teams-user-password', 'wrong');
    for (let run = 0; run < 5; run += 1) expect(failedSteps((await doctor()).steps)).toEqual(['user']);
    expect(state.serviceUser.wrongPasswords).toBe(1);
  });
});
