import { SecretClient } from '@azure/keyvault-secrets';
import type { Secret } from '../../domain/signIn/credentials.ts';
import { CredentialsError, isOutageStatus, safeCause, VaultError } from '../../errors/errors.ts';
import { codeOf, tlsInspectionHint } from '../../lib/tlsInspection.ts';
import type { SecretStore } from '../../ports/secretStore.ts';
import type { Settings } from '../../settings.ts';
import { managedIdentity } from '../managedIdentity.ts';

const WAITS = ['retry-after', 'retry-after-ms', 'x-ms-retry-after-ms'];

interface VaultDetails {
  /** The service says `innererror`; the SDK respells it. */
  readonly error?: { readonly innerError?: { readonly code?: unknown } };
}

function statusOf(error: unknown): number {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : 0;
}

function innerCode(error: unknown): string {
  const { details } = (error ?? {}) as { details?: VaultDetails };
  return String(details?.error?.innerError?.code ?? '');
}

/** Absent is only what the vault itself calls so; any other 404 may come from a wrong address. */
function isAbsent(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === 'SecretNotFound';
}

/** A secret that is switched off is half a configuration, not the wish for another form of sign-in. */
function isDisabled(error: unknown): boolean {
  return innerCode(error) === 'SecretDisabled';
}

function vaultError(error: unknown): VaultError {
  const cause = safeCause(error);
  const status = statusOf(error);
  // The SDK stumbles over an answer of another form, or one that is no JSON, with the status that it had.
  if (error instanceof TypeError || (status >= 200 && status < 300)) {
    return new VaultError(
      'Key Vault sent an answer that cannot be read: something on the way may have changed it. The connector tries again by itself.',
      { cause },
    );
  }
  if (/^ForbiddenBy(Firewall|Connection)$/.test(innerCode(error))) {
    return new VaultError(
      "Key Vault's firewall does not let the connector in. Allow the network of the function app.",
      { cause },
    );
  }
  if (status === 401 || status === 403) {
    return new VaultError(
      'Key Vault refused the connector. Give its managed identity the role Key Vault Secrets User on the vault.',
      { cause },
    );
  }
  if (
    error instanceof Error &&
    /CredentialUnavailableError|AuthenticationError|AuthenticationRequiredError/.test(error.name)
  ) {
    return new VaultError(
      'The managed identity gave no token for Key Vault. Check MANAGED_IDENTITY_CLIENT_ID and that the identity is assigned to the app.',
      { cause },
    );
  }
  return new VaultError(
    status === 0
      ? `Key Vault cannot be reached.${tlsInspectionHint(codeOf(error)) || ' Check KEY_VAULT_URI and the network.'}`
      : `Key Vault answered ${status}. The connector tries again by itself.`,
    { cause, isOutage: isOutageStatus(status) },
  );
}

/** Secrets from Azure Key Vault, read as the app's user-assigned managed identity. */
export function keyVaultSecretStore(settings: Pick<Settings, 'vault' | 'managedIdentityClientId'>): SecretStore {
  const credential = managedIdentity(settings.managedIdentityClientId);
  const client = new SecretClient(settings.vault.uri, credential, {
    retryOptions: { maxRetries: 1, retryDelayInMs: 200, maxRetryDelayInMs: 1_000 },
    additionalPolicies: [
      {
        position: 'perRetry',
        policy: {
          name: 'withoutWaiting',
          // The SDK would wait as long as the vault asks to, beyond every limit; whoever wants the secrets asks again.
          async sendRequest(request, next) {
            const response = await next(request);
            for (const name of WAITS) response.headers.delete(name);
            return response;
          },
        },
      },
    ],
  });
  return {
    async read(name, signal): Promise<Secret | undefined> {
      try {
        const { value, properties } = await client.getSecret(name, signal && { abortSignal: signal });
        // An answer that says nothing of the secret must not pass for a vault that does not hold it.
        if (typeof value !== 'string') throw new TypeError('an answer without a value');
        return { value, version: properties.version ?? '', expiresAt: properties.expiresOn?.getTime() };
      } catch (error) {
        if (isAbsent(error)) return undefined;
        if (isDisabled(error)) {
          throw new CredentialsError(`Key Vault secret ${name} is switched off. Enable it, or delete it.`);
        }
        throw vaultError(error);
      }
    },
  };
}
