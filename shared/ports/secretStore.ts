/** One secret as the vault holds it. */
export interface Secret {
  readonly value: string;
  readonly version: string;
  /** Milliseconds since 1970, UTC; undefined when nobody set an expiry. */
  readonly expiresAt: number | undefined;
}

export interface SecretStore {
  /**
   * The current version of a secret; undefined when the vault answers that it does not exist or is disabled.
   * @throws VaultError when the vault cannot be asked
   */
  read(name: string, signal?: AbortSignal): Promise<Secret | undefined>;
}
