import { inspect } from 'node:util';
import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import { identityAssertion } from '../../../../shared/adapters/entra/identityAssertion.ts';
import { ProofError } from '../../../../shared/errors/errors.ts';
import { tenant } from '../../../support/tenant.ts';

const { settings } = await tenant();
const { managedIdentityClientId, entra } = settings;

test.each([
  [entra.authorityHost, 'api://AzureADTokenExchange'],
  ['https://login.microsoftonline.us', 'api://AzureADTokenExchangeUSGov'],
])('for %s the token of the identity is meant for %s', async (authorityHost, audience) => {
  expect(decodeJwt(await identityAssertion(managedIdentityClientId, authorityHost)()).aud).toBe(audience);
});

test('without a token the sentence says what to store, and nothing of the library', async () => {
  const fault = await identityAssertion('not-of-this-app', entra.authorityHost)().catch(error => error);
  expect(fault).toBeInstanceOf(ProofError);
  expect(fault.message).toContain('Check MANAGED_IDENTITY_CLIENT_ID, or store teams-client-secret.');
  expect(inspect(fault.cause)).not.toContain('not-of-this-app');
});
