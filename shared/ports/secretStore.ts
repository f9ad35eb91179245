import type { Secret } from '../domain/signIn/credentials.ts';

export interface SecretStore {
  /**
   * The current version of a secret; undefined when the vault answers that it does not exist.
   * @throws CredentialsError when the secret is switched off; VaultError when the vault cannot be asked
   */
  read(name: string, signal?: AbortSignal): Promise<Secret | undefined>;
}
