import type { AccessToken } from './tokenProvider.ts';

/** A person as the tenant's directory knows them. */
export interface DirectoryUser {
  /** Entra object id, lower case. */
  readonly id: string;
  readonly userPrincipalName: string;
  /** Empty when the account has no mailbox. */
  readonly mail: string;
  readonly displayName: string;
  readonly accountEnabled: boolean;
}

/** The directory fields an agent may be looked up by. */
export type DirectoryField = 'id' | 'userPrincipalName' | 'mail';

export interface Directory {
  /**
   * Everybody whose field equals one of the values, whatever the case; values nobody has are simply absent.
   * @throws GraphThrottledError, GraphUnavailableError, GraphRejectedError, GraphUnauthorizedError, GraphForbiddenError
   */
  find(field: DirectoryField, values: readonly string[], token: AccessToken): Promise<DirectoryUser[]>;
}
