import {
  type Credentials,
  readCredentials,
  SECRET_NAMES,
  type Secret,
  type SecretField,
} from '../../domain/signIn/credentials.ts';
import { ConnectorError, CredentialsError, VaultError } from '../../errors/errors.ts';
import { cached, rateByAge } from '../../lib/cached.ts';
import type { Time } from '../../lib/clock.ts';
import type { CredentialSource } from '../../ports/credentialSource.ts';
import type { SecretStore } from '../../ports/secretStore.ts';

const READ_TIMEOUT_MS = 6_000;
/** A vault that is out, or holds half a rotation, is asked again after this long; the known values serve on. */
const RETRY_MS = 30_000;
/** With values to serve on nobody waits longer for a vault that hangs. */
const PATIENCE_MS = 2_000;

const isOfVault = (error: unknown) => error instanceof VaultError || error instanceof CredentialsError;

/** Key Vault's five values behind a cache that notices rotation without a restart. */
export function credentialCache(
  store: SecretStore,
  { monotonic, sleep }: Pick<Time, 'monotonic' | 'sleep'>,
  maxAgeMs: number,
): CredentialSource {
  let fault: unknown;

  async function readVault(): Promise<Credentials> {
    const signal = AbortSignal.timeout(READ_TIMEOUT_MS);
    const fields = Object.keys(SECRET_NAMES) as SecretField[];
    const entries = await Promise.all(
      fields.map(async field => [field, await store.read(SECRET_NAMES[field], signal)] as const),
    );
    const present = entries.filter((entry): entry is readonly [SecretField, Secret] => entry[1] !== undefined);
    return readCredentials(Object.fromEntries(present));
  }

  const vault = cached({
    load: readVault,
    rate: rateByAge(maxAgeMs),
    monotonic,
    sleep,
    servingPatienceMs: PATIENCE_MS,
    pauseMs: RETRY_MS,
    tolerates: isOfVault,
    tooLate: () => new VaultError('Key Vault did not answer in time. The connector goes on with the values it knows.'),
  });

  return {
    async read({ fresh = false } = {}) {
      const loaded = await vault.get({ fresh });
      fault = loaded.fault;
      return loaded.value;
    },
    fault: () => (fault instanceof ConnectorError ? fault : undefined),
  };
}
