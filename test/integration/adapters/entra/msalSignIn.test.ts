import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import { readCredentials, SECRET_NAMES, type SecretField } from '../../../../shared/domain/signIn/credentials.ts';
import { SignInRefusedError, SignInUnavailableError } from '../../../../shared/errors/errors.ts';
import { clientCertificate } from '../../../support/certificate.ts';
import { signInTo, tenant } from '../../../support/tenant.ts';

// The identity library keeps its endpoint for the life of a process: all tests share one tenant and set it right again.
const { state, settings } = await tenant();
const { user, app } = { user: { ...state.serviceUser }, app: { ...state.registration } };
const vault = new Map(state.secrets);

const JSON_TYPE = { 'content-type': 'application/json' };

function setUp() {
  state.faults = [];
  Object.assign(state.serviceUser, user);
  Object.assign(state.registration, app);
  state.clientSecret.expiresAt = Number.POSITIVE_INFINITY;
  state.secrets.clear();
  for (const [name, secret] of vault) state.secrets.set(name, { ...secret });
  const signIn = signInTo(settings);
  const credentials = () =>
    readCredentials(
      Object.fromEntries(
        (Object.entries(SECRET_NAMES) as [SecretField, string][]).flatMap(([field, name]) => {
          const secret = state.secrets.get(name);
          return secret === undefined ? [] : [[field, { ...secret, expiresAt: secret.expiresAt }]];
        }),
      ),
    );
  return { signIn, credentials };
}

test('as the user: a token for Graph with the delegated permission', async () => {
  const { signIn, credentials } = setUp();
  const token = await signIn(credentials(), 'delegated');
  expect(decodeJwt(token.value)).toMatchObject({ scp: 'Presence.Read.All', aud: settings.graph.endpoint });
  expect(token.expiresAt).toBeGreaterThan(Date.now() + 3_500_000);
});

test('as the application: a token with the application permissions', async () => {
  const { signIn, credentials } = setUp();
  const token = await signIn(credentials(), 'app-only');
  expect(decodeJwt(token.value)['roles']).toEqual(['Presence.Read.All', 'User.Read.All']);
});

const PRINTABLE = String.fromCharCode(...Array.from({ length: 95 }, (_, index) => 32 + index));

test('passwords with each printable character, umlauts, and blanks inside sign in', async () => {
  const { signIn, credentials } = setUp();
  for (const password of [
    // In parts, so that a failure says which.
    ...(PRINTABLE.match(/.{1,10}/g) ?? []).map(part => `a${part}b`),
    `a${PRINTABLE}b`,
    'äöüß€',
    'a b  c',
  ]) {
    state.serviceUser.password = password;
    state.storeSecret(SECRET_NAMES.userPassword, password);
    expect((await signIn(credentials(), 'delegated')).value).not.toBe('');
  }
});

describe.each(['delegated', 'app-only'] as const)('%s without a secret', mode => {
  test('with a certificate, whose signature is checked', async () => {
    const { signIn, credentials } = setUp();
    const { certificate, pem } = await clientCertificate(new Date(Date.now() + 86_400_000));
    state.secrets.delete(SECRET_NAMES.clientSecret);
    state.storeSecret(SECRET_NAMES.clientCertificate, pem);
    state.registration.certificate = certificate;
    expect(credentials().proof.kind).toBe('certificate');
    expect((await signIn(credentials(), mode)).value).not.toBe('');

    state.registration.certificate = (await clientCertificate(new Date(Date.now() + 86_400_000))).certificate;
    await expect(signInTo(settings)(credentials(), mode)).rejects.toMatchObject({ aadsts: 700027 });
  });
});

test('as the application without any secret: with the managed identity as federated credential', async () => {
  const { signIn, credentials } = setUp();
  for (const field of ['clientSecret', 'userEmail', 'userPassword'] as const) state.secrets.delete(SECRET_NAMES[field]);
  await expect(signIn(credentials(), 'app-only')).rejects.toMatchObject({ aadsts: 700213 });
  state.registration.federatedSubject = state.identityClientId;
  expect(credentials().proof.kind).toBe('federated');
  expect((await signIn(credentials(), 'app-only')).value).not.toBe('');
});

/** AADSTS code, what of the guide its sentence names, and words of the sentence. */
const REFUSALS = [
  [50034, 'Create a User', 'does not exist'],
  [50053, 'Additional User Configuration', 'locked'],
  [50055, 'Additional User Configuration', 'first login was skipped'],
  [50056, 'Create a User', 'no password in the cloud'],
  [50057, 'Create a User', 'Enable the account'],
  [50076, 'Additional User Configuration', 'MFA'],
  [50079, 'Additional User Configuration', 'registers for MFA'],
  [50126, 'Additional User Configuration', 'teams-user-password'],
  [50144, 'Additional User Configuration', 'on-premises'],
  [50196, '', 'too often'],
  [53003, 'Additional User Configuration', 'Conditional Access'],
  [530035, 'Additional User Configuration', 'Security defaults'],
  [65001, 'Grant Permissions', 'admin consent'],
  [700016, 'Create App Registration', 'teams-client-id'],
  [7000112, 'Create App Registration', 'disabled'],
  [7000215, 'Create a Client Secret', "secret's ID was copied"],
  [7000218, 'Create a Client Secret', 'missing'],
  [7000222, 'Create a Client Secret', 'expired'],
  [700027, 'Create a Client Secret', 'certificate'],
  [700213, 'Create a Client Secret', 'federated credential'],
  [700229, 'Create a Client Secret', 'managed identity'],
  [90002, 'Gather all Information', 'teams-tenant-id'],
  [9001023, 'Gather all Information', 'teams-tenant-id'],
] as const;

describe('a refusal names the code, what is wrong and the step of the guide', () => {
  test.each(REFUSALS)('AADSTS%i', async (code, step, words) => {
    const { signIn, credentials } = setUp();
    state.registration.refuse = code;
    for (const mode of ['delegated', 'app-only'] as const) {
      const refusal = await signIn(credentials(), mode).catch(error => error);
      expect(refusal).toBeInstanceOf(SignInRefusedError);
      expect(refusal.aadsts).toBe(code);
      for (const part of [step, words, `AADSTS${code}`]) expect(refusal.message).toContain(part);
    }
  });

  test.each([90033, 90055])('AADSTS%i is an outage, not a refusal', async code => {
    const { signIn, credentials } = setUp();
    state.registration.refuse = code;
    const thrown = await signIn(credentials(), 'app-only').catch(error => error);
    expect(thrown).toBeInstanceOf(SignInUnavailableError);
    expect(thrown.passwordNotSent).toBe(true);
  });

  test.each([
    ['temporarily_unavailable', 'Busy.', true],
    ['temporarily_unavailable', 'AADSTS1234567: Busy.', true],
    ['server_error', 'Something failed.', false],
  ])('the error %s (%s) is an outage, not a refusal', async (error, words, passwordNotSent) => {
    const { signIn, credentials } = setUp();
    const body = JSON.stringify({ error, error_description: words });
    const headers = { 'content-type': 'application/json' };
    state.faults = [{ service: 'entra', path: '/token', status: 400, body, headers }];
    for (const mode of ['delegated', 'app-only'] as const) {
      const thrown = await signIn(credentials(), mode).catch(caught => caught);
      expect(thrown).toBeInstanceOf(SignInUnavailableError);
      expect(thrown.passwordNotSent).toBe(passwordNotSent);
    }
    state.faults = [];
  });

  test('a tenant that does not exist, although MSAL hides the answer', async () => {
    const { signIn, credentials } = setUp();
    state.storeSecret(SECRET_NAMES.tenantId, '00000000-0000-4000-8000-000000000000');
    await expect(signIn(credentials(), 'app-only')).rejects.toMatchObject({ aadsts: 90002 });
    await expect(signIn(credentials(), 'delegated')).rejects.toMatchObject({ aadsts: 90002 });
  });

  test('a code nobody has a sentence for', async () => {
    const { signIn, credentials } = setUp();
    state.registration.refuse = 70003;
    await expect(signIn(credentials(), 'app-only')).rejects.toThrow('Look the code up');
  });

  test('with a time to wait binds nobody: the next attempt is sent', async () => {
    const { signIn, credentials } = setUp();
    const body = JSON.stringify({ error: 'invalid_client', error_description: 'AADSTS700213: No.' });
    const headers = { ...JSON_TYPE, 'retry-after': '3600' };
    state.faults = [{ service: 'entra', path: '/token', times: 1, status: 400, body, headers }];
    await expect(signIn(credentials(), 'app-only')).rejects.toMatchObject({ aadsts: 700213 });
    expect((await signIn(credentials(), 'app-only')).value).not.toBe('');
  });

  test('a wrong and an ended secret', async () => {
    const { signIn, credentials } = setUp();
    state.storeSecret(SECRET_NAMES.clientSecret, 'wrong');
    await expect(signIn(credentials(), 'app-only')).rejects.toMatchObject({ aadsts: 7000215 });
    state.storeSecret(SECRET_NAMES.clientSecret, state.clientSecret.value);
    state.clientSecret.expiresAt = 0;
    await expect(signIn(credentials(), 'app-only')).rejects.toMatchObject({ aadsts: 7000222 });
  });

  test('ten wrong passwords lock the simulated account, as they lock a real one', async () => {
    const { signIn, credentials } = setUp();
    state.storeSecret(SECRET_NAMES.userPassword, 'wrong');
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await expect(signIn(credentials(), 'delegated')).rejects.toMatchObject({ aadsts: 50126 });
    }
    await expect(signIn(credentials(), 'delegated')).rejects.toMatchObject({ aadsts: 50053 });
  });
});

describe('an outage of Entra is no refusal, and leaves nothing behind', () => {
  test.each([
    ['503', { status: 503 }, false],
    [
      '503 with HTML',
      { status: 503, body: '<html>Unavailable</html>', headers: { 'content-type': 'text/html' } },
      false,
    ],
    [
      '200 with HTML',
      { status: 200, body: '<html>Sign in here</html>', headers: { 'content-type': 'text/html' } },
      false,
    ],
    [
      'a token that is none',
      {
        status: 200,
        body: JSON.stringify({ token_type: 'Bearer', expires_in: 3_600, access_token: 'a\r\nx: b' }),
        headers: { 'content-type': 'application/json' },
      },
      false,
    ],
    [
      'a token that has ended already',
      {
        status: 200,
        body: JSON.stringify({ token_type: 'Bearer', expires_in: -5, access_token: 'token' }),
        headers: { 'content-type': 'application/json' },
      },
      false,
    ],
    [
      'a token that ends nobody knows when',
      {
        status: 200,
        body: JSON.stringify({ token_type: 'Bearer', expires_in: 'soon', access_token: 'token' }),
        headers: { 'content-type': 'application/json' },
      },
      false,
    ],
    ['a proxy’s own refusal', { status: 403, body: '{"error":"blocked"}', headers: JSON_TYPE }, false],
    ['a gateway’s own refusal', { status: 404, body: '{"error":{"code":"404"}}', headers: JSON_TYPE }, false],
    [
      'a refusal that Entra would number',
      { status: 401, body: '{"error":"invalid_client"}', headers: JSON_TYPE },
      false,
    ],
    ['429', { status: 429, headers: { 'retry-after': '60' } }, true],
    ['a closed connection', { status: 0 }, false],
  ])('%s', async (_case, fault, passwordNotSent) => {
    const { signIn, credentials } = setUp();
    for (const mode of ['delegated', 'app-only'] as const) {
      state.faults = [{ service: 'entra', path: '/token', times: 1, ...fault }];
      const thrown = await signIn(credentials(), mode).catch(error => error);
      expect(thrown).toBeInstanceOf(SignInUnavailableError);
      expect(thrown.passwordNotSent).toBe(passwordNotSent);
      expect((await signIn(credentials(), mode)).value).not.toBe('');
    }
  });

  test('and an Entra that does not answer ends by itself', async () => {
    const { credentials } = setUp();
    const impatient = signInTo(settings, 1_500);
    // From then on it knows the endpoints, which are asked for first.
    await impatient(credentials(), 'app-only');
    state.faults = [{ service: 'entra', path: '/token', delayMs: 60_000 }];
    const thrown = await impatient(credentials(), 'delegated').catch(error => error);
    expect(thrown).toBeInstanceOf(SignInUnavailableError);
    expect(thrown.passwordNotSent).toBe(false);
  });

  test('also while the endpoints are looked up', async () => {
    const { signIn, credentials } = setUp();
    state.faults = [{ service: 'entra', path: 'openid-configuration', status: 503 }];
    await expect(signIn(credentials(), 'app-only')).rejects.toBeInstanceOf(SignInUnavailableError);
    state.faults = [];
    expect((await signIn(credentials(), 'app-only')).value).not.toBe('');
  });
});

test('no secret stands in anything thrown', async () => {
  const { signIn, credentials } = setUp();
  const canaries = [state.serviceUser.password, state.clientSecret.value];
  const faults = [{ status: 0 }, { status: 503 }, { status: 400 }, { status: 401, body: '{"error":"invalid_client"}' }];
  for (const fault of faults) {
    state.faults = [{ service: 'entra', path: '/token', ...fault }];
    const thrown = await signIn(credentials(), 'delegated').catch(error => error);
    const text = JSON.stringify([thrown, thrown.message, thrown.stack, thrown.cause, Object.entries(thrown)]);
    for (const canary of canaries) {
      expect(text).not.toContain(canary);
      expect(text).not.toContain(encodeURIComponent(canary));
    }
  }
});
