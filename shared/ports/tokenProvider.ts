import type { ConnectorError } from '../errors.ts';

export type SignInMode = 'delegated' | 'app-only';

/** What a token is wanted for: reading presence as the sign-in in use, or looking users up (always app-only). */
export type TokenPurpose = 'presence' | 'directory';

export interface AccessToken {
  readonly value: string;
  readonly mode: SignInMode;
}

export interface TokenProvider {
  /**
   * A token that is valid now.
   * @throws VaultError, CredentialsError, SignInRefusedError, SignInUnavailableError
   */
  token(purpose: TokenPurpose): Promise<AccessToken>;
  /** Forgets a token that Graph refused, so that the next call fetches a fresh one. */
  discard(token: AccessToken): void;
  /**
   * What is known of the credentials: when the first secret ends (0 when the vault does not say), and why the vault
   * could not be asked lately although the last known values serve on.
   * @throws VaultError, CredentialsError
   */
  state(): Promise<{ readonly secretExpiresAt: number; readonly fault: ConnectorError | undefined }>;
}
