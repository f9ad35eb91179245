import { ProofError, safeCause } from '../../errors/errors.ts';
import { managedIdentity } from '../managedIdentity.ts';
import type { IdentityAssertion } from './msalSignIn.ts';

/** Whom an assertion is for, by cloud (learn.microsoft.com/entra/workload-id/workload-identity-federation-config-app-trust-managed-identity). */
const AUDIENCES: Readonly<Record<string, string>> = {
  'https://login.microsoftonline.us': 'api://AzureADTokenExchangeUSGov',
};
const DEFAULT_AUDIENCE = 'api://AzureADTokenExchange';

/** The app's user-assigned managed identity as federated credential of the app registration: no secret anywhere. */
export function identityAssertion(clientId: string, authorityHost: string): IdentityAssertion {
  const credential = managedIdentity(clientId);
  const scope = `${AUDIENCES[authorityHost] ?? DEFAULT_AUDIENCE}/.default`;
  return async () => {
    try {
      const answer = await credential.getToken(scope);
      if (answer === null) throw new Error('no token');
      return answer.token;
    } catch (error) {
      throw new ProofError(
        'The vault holds neither secret nor certificate, and the managed identity gave no token to sign in with. Check MANAGED_IDENTITY_CLIENT_ID, or store teams-client-secret.',
        { cause: safeCause(error) },
      );
    }
  };
}
