import type { TeamsPresence } from '../domain/presence/teamsPresence.ts';
import type { AccessToken } from './tokenProvider.ts';

interface PresenceAnswer {
  /** By object id in lower case; an id that Graph left out is absent. */
  readonly presences: ReadonlyMap<string, TeamsPresence>;
  /** Microsoft's id of this answer, for support. */
  readonly requestId: string;
}

export interface PresenceSource {
  /**
   * Reads the presence of at most 650 people in one request.
   * @throws GraphThrottledError, GraphUnavailableError, GraphRejectedError, GraphUnauthorizedError, GraphForbiddenError
   */
  read(userIds: readonly string[], token: AccessToken, signal: AbortSignal): Promise<PresenceAnswer>;
}
