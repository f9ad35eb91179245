/** A person as the tenant's directory knows them. */
export interface DirectoryUser {
  /** Entra object id, lower case. */
  readonly id: string;
  readonly userPrincipalName: string;
  /** Empty when the account has no mailbox. */
  readonly mail: string;
  /** Every further SMTP address, lower case. */
  readonly aliases: readonly string[];
  /** Business phones, then the mobile phone, as people wrote them. */
  readonly numbers: readonly string[];
  readonly displayName: string;
  readonly accountEnabled: boolean;
  readonly isGuest: boolean;
}

/** The directory fields an agent may be looked up by. */
export type DirectoryField = 'id' | 'userPrincipalName' | 'mail' | 'alias';

/**
 * Every method throws GraphThrottledError, GraphUnavailableError, GraphRejectedError, GraphUnauthorizedError,
 * GraphForbiddenError. A list that is cut short is a GraphUnavailableError, never a shorter list.
 */
export interface Directory {
  /** Everybody whose field equals one of the values, whatever the case; values nobody has are simply absent. */
  findUsers(field: DirectoryField, values: readonly string[], signal?: AbortSignal): Promise<DirectoryUser[]>;
  /** Everybody in the tenant, guests left out. */
  listUsers(signal?: AbortSignal): Promise<DirectoryUser[]>;
  /**
   * Everybody in these groups and the groups within them, each once, guests left out.
   * @throws GraphNotFoundError when there is no such group
   */
  listGroupMembers(groupIds: readonly string[], signal?: AbortSignal): Promise<DirectoryUser[]>;
}
