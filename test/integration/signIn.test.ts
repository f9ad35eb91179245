import { decodeJwt } from 'jose';
import { describe, expect, test } from 'vitest';
import { readCredentials, SECRET_NAMES } from '../../shared/domain/credentials.ts';
import { SignInRefusedError, SignInUnavailableError } from '../../shared/errors.ts';
import { signInTo, tenant } from '../support/tenant.ts';

async function setUp() {
  const { state, settings } = await tenant();
  const signIn = signInTo(settings);
  const credentials = () =>
    readCredentials(
      Object.fromEntries(
        Object.entries(SECRET_NAMES).flatMap(([field, name]) => {
          const secret = state.secrets.get(name);
          return secret === undefined ? [] : [[field, { ...secret, expiresAt: secret.expiresAt }]];
        }),
      ),
    );
  return { state, settings, signIn, credentials };
}

test('as the user: a token for Graph with the delegated permission', async () => {
  const { signIn, credentials, settings } = await setUp();
  const token = await signIn(credentials(), 'delegated');
  expect(decodeJwt(token.value)).toMatchObject({ scp: 'Presence.Read.All', aud: settings.graph.endpoint });
  expect(token.expiresAt).toBeGreaterThan(Date.now() + 3_500_000);
});

test('as the application: a token with the application permissions', async () => {
  const { signIn, credentials } = await setUp();
  const token = await signIn(credentials(), 'app-only');
  expect(decodeJwt(token.value)['roles']).toEqual(['Presence.Read.All', 'User.Read.All']);
});

test('passwords with any character sign in', async () => {
  const { state, signIn, credentials } = await setUp();
  for (const password of ['a[b]c', '<>', '?x=1#y&z', 'a b', 'äöüß€', '100%+/=\\"\'']) {
    state.serviceUser.password = password;
    state.storeSecret(SECRET_NAMES.userPassword, password);
    expect((await signIn(credentials(), 'delegated')).value).not.toBe('');
  }
});

describe('a refusal names the code and the step of the guide', () => {
  test.each([
    [50126, 'teams-user-password'],
    [50053, 'Unblock'],
    [50055, 'expired'],
    [50057, 'Enable the account'],
    [50076, 'MFA'],
    [53003, 'Conditional Access'],
    [65001, 'Grant admin consent'],
  ])('AADSTS%i', async (code, words) => {
    const { state, signIn, credentials } = await setUp();
    state.serviceUser.refuse = code;
    const refusal = await signIn(credentials(), 'delegated').catch(error => error);
    expect(refusal).toBeInstanceOf(SignInRefusedError);
    expect(refusal.aadsts).toBe(code);
    expect(refusal.message).toContain(words);
    expect(refusal.message).toContain(`AADSTS${code}`);
  });

  test('of the application: wrong secret, ended secret, wrong tenant', async () => {
    const { state, signIn, credentials } = await setUp();
    state.storeSecret(SECRET_NAMES.clientSecret, 'wrong');
    expect((await signIn(credentials(), 'app-only').catch(error => error)).aadsts).toBe(7000215);
    state.storeSecret(SECRET_NAMES.clientSecret, state.clientSecret.value);
    state.clientSecret.expiresAt = 0;
    expect((await signIn(credentials(), 'app-only').catch(error => error)).aadsts).toBe(7000222);
    state.storeSecret(SECRET_NAMES.tenantId, '00000000-0000-4000-8000-000000000000');
    await expect(signIn(credentials(), 'app-only')).rejects.toThrow();
  });
});

describe('an outage of Entra is no refusal, and leaves nothing behind', () => {
  test.each([
    ['503', { status: 503 }],
    [
      '503 with HTML',
      { status: 503, body: '<html>Service unavailable</html>', headers: { 'content-type': 'text/html' } },
    ],
    [
      '200 with HTML',
      { status: 200, body: '<html>Sign in to the hotel WLAN</html>', headers: { 'content-type': 'text/html' } },
    ],
    ['429', { status: 429, headers: { 'retry-after': '60' } }],
    ['a closed connection', { status: 0 }],
  ])('%s', async (_case, fault) => {
    const { state, signIn, credentials } = await setUp();
    for (const mode of ['delegated', 'app-only'] as const) {
      state.faults = [{ service: 'entra', path: '/token', times: 1, ...fault }];
      await expect(signIn(credentials(), mode)).rejects.toBeInstanceOf(SignInUnavailableError);
      expect((await signIn(credentials(), mode)).value).not.toBe('');
    }
  });
});

test('no secret stands in anything thrown', async () => {
  const { state, signIn, credentials } = await setUp();
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
