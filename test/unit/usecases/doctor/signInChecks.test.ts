import { expect, test } from 'vitest';
import { refusal } from '../../../../shared/domain/signIn/aadsts.ts';
import type { Credentials } from '../../../../shared/domain/signIn/credentials.ts';
import { type Expiry, NEVER } from '../../../../shared/domain/signIn/expiry.ts';
import {
  CredentialsError,
  ProofError,
  SignInBusyError,
  SignInUnavailableError,
  VaultError,
} from '../../../../shared/errors/errors.ts';
import { signInChecks } from '../../../../shared/usecases/doctor/signInChecks.ts';
import { examine } from '../../../../shared/usecases/doctor/steps.ts';
import { credentials } from '../../../support/builders.ts';
import { forecast, tokens } from '../../../support/world.ts';

const NOW = Date.UTC(2026, 10, 23);
const DAY = 86_400_000;

interface Case {
  readonly vault?: Error;
  readonly own?: Credentials;
  readonly application?: Error;
  readonly user?: Error;
  readonly secretExpiry?: Expiry;
}

async function found({
  vault,
  own = credentials(),
  application,
  user,
  secretExpiry = { at: NEVER, source: 'vault' },
}: Case) {
  const checks = signInChecks({
    source: { read: async () => (vault === undefined ? own : Promise.reject(vault)), fault: () => undefined },
    tokens: {
      ...tokens,
      fresh: async mode => {
        const fault = mode === 'app-only' ? application : user;
        if (fault !== undefined) throw fault;
        return { value: 'token', mode };
      },
      state: async () => ({
        secretExpiry,
        passwordExpiry: { at: NEVER, source: 'vault' },
        user: undefined,
        faults: [],
      }),
    },
    forecast,
    clock: () => NOW,
    vaultName: 'kv',
  });
  const steps = await examine(checks, () => undefined);
  expect(JSON.stringify(steps)).not.toContain('secret of the');
  return Object.fromEntries(steps.map(step => [step.id, step]));
}

test('everything that is well says so, for a user and for the application', async () => {
  const asUser = await found({});
  expect(asUser['values']?.seen).toBe('signs in as the user, with a client secret');
  expect(asUser['user']).toMatchObject({ status: 'ok', seen: 'e-mail and password are accepted' });
  const federated = await found({ own: credentials({ user: undefined, proof: { kind: 'federated' } }) });
  expect(federated['user']).toMatchObject({ status: 'skipped' });
  expect(federated['proof-expiry']?.seen).toBe('there is no secret that could end');
});

test.each([
  ['vault', { vault: new VaultError('The vault is out.') }],
  ['values', { vault: new CredentialsError('teams-tenant-id is missing.') }],
  ['tenant', { application: refusal(90002) }],
  ['tenant', { application: new SignInUnavailableError('Entra is out.') }],
  ['application', { application: refusal(700016) }],
  ['proof', { application: refusal(7000215) }],
  ['proof', { application: new ProofError('No token of the identity.') }],
  ['user', { user: refusal(50126) }],
] as const)('%s is the only step that fails, case %#', async (id, given) => {
  const steps = Object.values(await found(given));
  expect(steps.filter(({ status }) => status === 'failed').map(step => step.id)).toEqual([id]);
  expect(steps.find(step => step.id === id)?.todo).not.toBe('');
});

test('consent comes after user and password, and whoever is signing in is no fault', async () => {
  expect((await found({ user: refusal(65001) }))['user']?.status).toBe('ok');
  expect((await found({ user: new SignInBusyError('Somebody signs in.') }))['user']?.status).toBe('warning');
});

test.each([
  [{ at: 0, source: '' }, 'warning', 'unknown: nobody has said when it ends'],
  [{ at: NOW + 3 * DAY, source: 'vault' }, 'warning', 'critical'],
  [{ at: NOW + 300 * DAY, source: 'vault' }, 'ok', '(vault)'],
  [{ at: NEVER, source: 'vault' }, 'ok', 'it does not end'],
] as const)('a secret that ends at %j', async (secretExpiry, status, words) => {
  const step = (await found({ secretExpiry }))['proof-expiry'];
  expect(step).toMatchObject({ status, seen: expect.stringContaining(words) });
});
