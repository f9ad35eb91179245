import { AuthError, ConfidentialClientApplication, type NodeAuthOptions } from '@azure/msal-node';
import { aadstsNumber, refusal } from '../../domain/signIn/aadsts.ts';
import type { ClientCredential, Credentials } from '../../domain/signIn/credentials.ts';
import { ConnectorError, ProofError, SignInUnavailableError, safeCause } from '../../errors/errors.ts';
import { tlsInspectionHint } from '../../lib/tlsInspection.ts';
import type { SignIn } from '../../ports/signIn.ts';
import { type EntraNetwork, EntraUnreachable } from './msalNetwork.ts';

/** A token of the app's managed identity that vouches for the application; throws ProofError. */
export type IdentityAssertion = () => Promise<string>;

interface SignInOptions {
  readonly authorityHost: string;
  /** Origin of the Graph the token is for. */
  readonly graphEndpoint: string;
  readonly network: EntraNetwork;
  readonly assertion: IdentityAssertion;
}

/** What fits an Authorization header; a proxy's page in place of a token does not. */
const TOKEN = /^[\x21-\x7e]{1,16384}$/;
const AGAIN = 'The connector tries again by itself.';

function unreachable(error: EntraUnreachable, passwordNotSent: boolean): SignInUnavailableError {
  const { detail, isOutage } = error;
  const next = tlsInspectionHint(detail) || ` ${AGAIN}`;
  return new SignInUnavailableError(`Entra cannot be reached (${detail}).${next}`, {
    cause: safeCause(error),
    passwordNotSent,
    isOutage,
  });
}

function signInError(error: unknown, network: EntraNetwork): Error {
  if (error instanceof ConnectorError) return error;
  const cause = safeCause(error);
  if (error instanceof EntraUnreachable) return unreachable(error, error.passwordNotSent);
  if (!(error instanceof AuthError)) {
    return new ProofError('The proof of the application could not be made. Check the certificate in the vault.', {
      cause,
    });
  }
  // MSAL hides why it found no endpoints: a tenant that does not exist looks to it like an outage.
  const aadsts = aadstsNumber(error) || network.discoveryRefusal();
  // MSAL's own faults carry no AADSTS number and are no refusal; without endpoints nothing was sent.
  if (aadsts === 0 && error.name === 'ClientAuthError') {
    const passwordNotSent = error.errorCode === 'endpoints_resolution_error';
    const fault = network.discoveryFault();
    if (passwordNotSent && fault !== undefined) return unreachable(fault, true);
    return new SignInUnavailableError(`Entra gave no usable answer (${error.errorCode}). ${AGAIN}`, {
      cause,
      passwordNotSent,
    });
  }
  return refusal(aadsts, cause);
}

function proofOptions(proof: ClientCredential, assertion: IdentityAssertion): Partial<NodeAuthOptions> {
  if (proof.kind === 'secret') return { clientSecret: proof.secret };
  if (proof.kind === 'federated') return { clientAssertion: assertion };
  const { thumbprintSha256, privateKey, chain } = proof.certificate;
  return { clientCertificate: { thumbprintSha256, privateKey, x5c: chain } };
}

/**
 * Signs in with MSAL, as the user of the guide or as the application itself.
 * The returned function throws SignInRefusedError, SignInUnavailableError and ProofError only.
 */
export function msalSignIn({ authorityHost, graphEndpoint, network, assertion }: SignInOptions): SignIn {
  let current: { version: string; client: ConfidentialClientApplication } | undefined;

  function clientOf({ tenantId, clientId, proof, version }: Credentials): ConfidentialClientApplication {
    if (current?.version !== version) {
      const client = new ConfidentialClientApplication({
        auth: {
          clientId,
          ...proofOptions(proof, assertion),
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
      if (!result?.expiresOn || !TOKEN.test(result.accessToken)) {
        throw new EntraUnreachable('no token in the answer', false);
      }
      return { value: result.accessToken, expiresAt: result.expiresOn.getTime() };
    } catch (error) {
      throw signInError(error, network);
    }
  };
}
