import type { Expiry } from '../domain/signIn/expiry.ts';
import type { Permissions } from '../domain/signIn/permissions.ts';
import type { ConnectorError } from '../errors/errors.ts';

export type SignInMode = 'delegated' | 'app-only';

/** What a token is wanted for: reading presence as the sign-in in use, or looking users up (always app-only). */
export type TokenPurpose = 'presence' | 'directory';

export interface AccessToken {
  readonly value: string;
  readonly mode: SignInMode;
}

export interface CredentialState {
  readonly secretExpiry: Expiry;
  /** What the vault says of the password. */
  readonly passwordExpiry: Expiry;
  /** E-mail of the user; undefined without one. */
  readonly user: string | undefined;
  /** What is wrong although there is a token: the vault is out, a renewal failed, the user is refused. */
  readonly faults: readonly ConnectorError[];
}

export interface TokenProvider {
  /**
   * A token that is valid now.
   * @throws VaultError, CredentialsError, SignInRefusedError, SignInUnavailableError, ProofError, StoreUnavailableError
   */
  token(purpose: TokenPurpose): Promise<AccessToken>;
  /**
   * Signs in anew, for somebody who has just mended something: a token issued before holds the old permissions, and a
   * refusal that stands may be over. A refused password is not tried again all the same.
   * @throws VaultError, CredentialsError, SignInRefusedError, SignInUnavailableError
   */
  fresh(mode: SignInMode): Promise<AccessToken>;
  /** Undefined when nobody can read them in the token. */
  permissions(token: AccessToken): Permissions | undefined;
  /** Forgets a token that Graph refused, so that the next call fetches a fresh one. */
  discard(token: AccessToken): void;
  /** @throws VaultError, CredentialsError */
  state(): Promise<CredentialState>;
}
