import { afterEach, expect, test } from 'vitest';
import { keyVaultSecretStore } from '../../../../shared/adapters/keyvault/keyVaultSecretStore.ts';
import { VaultError } from '../../../../shared/errors/errors.ts';
import { tenant } from '../../../support/tenant.ts';

// The identity library keeps its endpoint and its tokens for the life of a process: all tests share one tenant.
const { state, settings } = await tenant();
afterEach(() => {
  state.faults = [];
});

const NAME = 'teams-client-secret';

test('a secret is read as the managed identity, with its version and expiry', async () => {
  const expiresAt = Date.UTC(2027, 0, 1);
  state.storeSecret(NAME, 'grün & <secret>', expiresAt);
  const secret = await keyVaultSecretStore(settings).read(NAME);
  expect(secret).toEqual({ value: 'grün & <secret>', version: state.secrets.get(NAME)?.version, expiresAt });
  expect(state.counted('identity.token')).toBe(1);
});

test('a secret without expiry says so', async () => {
  state.storeSecret(NAME, 'value');
  expect((await keyVaultSecretStore(settings).read(NAME))?.expiresAt).toBeUndefined();
});

test('a secret that is missing is absent; one that is switched off is a fault', async () => {
  const store = keyVaultSecretStore(settings);
  expect(await store.read('teams-nothing')).toBeUndefined();
  state.secrets.set(NAME, { value: 'x', version: '1', enabled: false });
  await expect(store.read(NAME)).rejects.toThrow(`${NAME} is switched off`);
  state.storeSecret(NAME, 'value');
});

test('the token is fetched once for many secrets', async () => {
  const store = keyVaultSecretStore(settings);
  const served = state.counted('vault.secret');
  for (const name of state.secrets.keys()) await store.read(name);
  expect(state.counted('identity.token')).toBe(1);
  expect(state.counted('vault.secret')).toBe(served + 5);
});

test('a wrong client id of the identity is a fault that names the setting', async () => {
  const wrong = { ...settings, managedIdentityClientId: '00000000-0000-4000-8000-000000000000' };
  const reading = keyVaultSecretStore(wrong).read(NAME);
  await expect(reading).rejects.toBeInstanceOf(VaultError);
  await expect(reading).rejects.toThrow('MANAGED_IDENTITY_CLIENT_ID');
});

test('a vault that refuses names the role', async () => {
  state.faults = [{ service: 'vault', status: 403, body: '{"error":{"code":"Forbidden","message":"no"}}' }];
  await expect(keyVaultSecretStore(settings).read(NAME)).rejects.toThrow('Key Vault Secrets User');
});

test('a 404 that is not the vault’s own is no absent secret', async () => {
  state.faults = [
    { service: 'vault', status: 404, body: '<html>not found</html>', headers: { 'content-type': 'text/html' } },
  ];
  await expect(keyVaultSecretStore(settings).read(NAME)).rejects.toBeInstanceOf(VaultError);
});

const ID = `"id":"${settings.vault.uri}/secrets/${NAME}/1"`;
test.each([
  ...['{}', '[]', 'null', '"value"', '{"value":', '{"value":7}', '<html>sign in</html>', ''],
  ...[`{${ID}}`, `{${ID},"value":null}`, `{${ID},"value":7}`, `{${ID},"value":{"a":1}}`],
])('an answer without a value (%s) is no absent secret', async body => {
  state.faults = [{ service: 'vault', status: 200, body }];
  const reading = keyVaultSecretStore(settings).read(NAME);
  await expect(reading).rejects.toBeInstanceOf(VaultError);
  await expect(reading).rejects.toThrow('cannot be read');
});

test('a vault that does not answer is an outage', async () => {
  state.faults = [{ service: 'vault', status: 0 }];
  await expect(keyVaultSecretStore(settings).read(NAME)).rejects.toThrow('Key Vault cannot be reached');
});

test.each([429, 503])('a vault that answers %i and asks to wait is not waited for', async status => {
  state.faults = [{ service: 'vault', status, headers: { 'retry-after': '3600' } }];
  const thrown = await keyVaultSecretStore(settings)
    .read(NAME)
    .catch(error => error);
  expect(thrown).toMatchObject({ isOutage: true });
  expect(thrown.message).toContain(`Key Vault answered ${status}.`);
});
