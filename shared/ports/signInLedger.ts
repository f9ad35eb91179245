import type { SignInRecord } from '../domain/signIn/attemptPolicy.ts';

/**
 * Where attempts to sign in with a password are claimed before they are made, so that no two instances and no restart
 * repeat a refused one. Both methods throw StoreUnavailableError: then no password is sent.
 */
export interface SignInLedger {
  read(): Promise<{ readonly record: SignInRecord; readonly etag: string } | undefined>;
  /**
   * @param etag of the record that is replaced; undefined when there was none
   * @throws StoreConflictError when somebody else wrote first
   */
  write(record: SignInRecord, etag: string | undefined): Promise<string>;
}
