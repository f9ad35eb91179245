import type { Credentials } from '../domain/signIn/credentials.ts';
import type { ConnectorError } from '../errors/errors.ts';

export interface CredentialSource {
  /**
   * The credentials of the vault, not older than they may get; with `fresh` read from the vault now.
   * While the vault cannot be asked, or holds a rotation that is half done, the last known ones serve on.
   * @throws VaultError, CredentialsError
   */
  read(options?: { fresh?: boolean }): Promise<Credentials>;
  /** Why the last reading failed although credentials are known; undefined when it did not. */
  fault(): ConnectorError | undefined;
}
