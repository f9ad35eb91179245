import { expect, test } from 'vitest';
import { managedIdentity } from '../../../shared/adapters/managedIdentity.ts';
import { tenant } from '../../support/tenant.ts';

const { state, settings } = await tenant();

test('it gives a token of the identity that is meant', async () => {
  const { token = '', expiresOnTimestamp = 0 } =
    (await managedIdentity(settings.managedIdentityClientId).getToken('https://vault.azure.net/.default')) ?? {};
  expect(token.split('.')).toHaveLength(3);
  expect(expiresOnTimestamp).toBeGreaterThan(Date.now());
});

test('an identity that the app does not have is an error, not a hanging process', async () => {
  state.faults = [];
  await expect(managedIdentity('not-of-this-app').getToken('https://vault.azure.net/.default')).rejects.toThrow();
});
