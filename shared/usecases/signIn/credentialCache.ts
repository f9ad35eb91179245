import {
  type Credentials,
  readCredentials,
  SECRET_NAMES,
  type Secret,
  type SecretField,
} from '../../domain/signIn/credentials.ts';
import { type ConnectorError, CredentialsError, VaultError } from '../../errors/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { singleFlight } from '../../lib/singleFlight.ts';
import type { CredentialSource } from '../../ports/credentialSource.ts';
import type { SecretStore } from '../../ports/secretStore.ts';

const READ_TIMEOUT_MS = 6_000;
/** A vault that is out, or holds half a rotation, is asked again after this long; the known values serve on. */
const RETRY_MS = 30_000;

/** Key Vault's five values behind a cache that notices rotation without a restart. */
export function credentialCache(store: SecretStore, clock: Clock, maxAgeMs: number): CredentialSource {
  let known: { credentials: Credentials; readAt: number } | undefined;
  let fault: ConnectorError | undefined;
  let askAgainAt = 0;

  async function readVault(): Promise<Credentials> {
    const signal = AbortSignal.timeout(READ_TIMEOUT_MS);
    const fields = Object.keys(SECRET_NAMES) as SecretField[];
    const entries = await Promise.all(
      fields.map(async field => [field, await store.read(SECRET_NAMES[field], signal)] as const),
    );
    const present = entries.filter((entry): entry is readonly [SecretField, Secret] => entry[1] !== undefined);
    return readCredentials(Object.fromEntries(present));
  }

  const refresh = singleFlight(async () => {
    try {
      const readAt = clock();
      known = { credentials: await readVault(), readAt };
      fault = undefined;
    } catch (error) {
      if (!(error instanceof VaultError || error instanceof CredentialsError) || known === undefined) throw error;
      fault = error;
      askAgainAt = clock() + RETRY_MS;
    }
    return known.credentials;
  });

  return {
    async read({ fresh = false } = {}) {
      const current = known !== undefined && clock() - known.readAt < maxAgeMs;
      const waiting = fault !== undefined && clock() < askAgainAt;
      if (!fresh && known !== undefined && (current || waiting)) return known.credentials;
      return refresh();
    },
    fault: () => fault,
  };
}
