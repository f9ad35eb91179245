import { AuthError, ConfidentialClientApplication, type INetworkModule } from '@azure/msal-node';
import type { Credentials } from '../../domain/credentials.ts';
import { SignInRefusedError, SignInUnavailableError, safeCause } from '../../errors.ts';
import type { SignInMode } from '../../ports/tokenProvider.ts';
import { aadstsNumber, isTransientCode, refusalSentence } from './aadsts.ts';
import { EntraUnreachable } from './networkClient.ts';

export interface IssuedToken {
  readonly value: string;
  readonly expiresAt: number;
}

export type SignIn = (credentials: Credentials, mode: SignInMode) => Promise<IssuedToken>;

function signInError(error: unknown): Error {
  const cause = safeCause(error);
  if (!(error instanceof AuthError) || error instanceof EntraUnreachable) {
    const detail = error instanceof EntraUnreachable ? error.detail : 'unexpected answer';
    return new SignInUnavailableError(`Entra cannot be reached (${detail}). The connector tries again by itself.`, {
      cause,
    });
  }
  const aadsts = aadstsNumber(error);
  if (isTransientCode(aadsts)) {
    return new SignInUnavailableError(`Entra is overloaded (AADSTS${aadsts}). The connector tries again by itself.`, {
      cause,
    });
  }
  // MSAL's own faults (endpoint discovery, a response it cannot read) carry no AADSTS number and are no refusal.
  if (aadsts === 0 && error.name === 'ClientAuthError') {
    return new SignInUnavailableError(
      `Entra gave no usable answer (${error.errorCode}). The connector tries again by itself.`,
      { cause },
    );
  }
  return new SignInRefusedError(refusalSentence(aadsts), aadsts, { cause });
}

/**
 * Signs in with MSAL, as the user of the guide or as the application itself.
 * The returned function throws SignInRefusedError and SignInUnavailableError only.
 *
 * @param graphEndpoint origin of the Graph the token is for
 */
export function msalSignIn(authorityHost: string, graphEndpoint: string, network: INetworkModule): SignIn {
  let current: { version: string; client: ConfidentialClientApplication } | undefined;

  function clientOf({ tenantId, clientId, clientSecret, version }: Credentials): ConfidentialClientApplication {
    if (current?.version !== version) {
      const client = new ConfidentialClientApplication({
        auth: {
          clientId,
          clientSecret,
          authority: `${authorityHost}/${tenantId}`,
          knownAuthorities: [new URL(authorityHost).host],
        },
        system: { networkClient: network },
      });
      current = { version, client };
    }
    return current.client;
  }

  return async (credentials, mode) => {
    const { user } = credentials;
    try {
      const client = clientOf(credentials);
      const result =
        mode === 'delegated' && user !== undefined
          ? await client.acquireTokenByUsernamePassword({
              scopes: [`${graphEndpoint}/Presence.Read.All`],
              username: user.email,
              password: user.password,
            })
          : await client.acquireTokenByClientCredential({ scopes: [`${graphEndpoint}/.default`], skipCache: true });
      if (!result?.accessToken || !result.expiresOn) throw new EntraUnreachable('no token in the answer');
      return { value: result.accessToken, expiresAt: result.expiresOn.getTime() };
    } catch (error) {
      throw signInError(error);
    }
  };
}
