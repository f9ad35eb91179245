import type { AccessToken } from './tokenProvider.ts';

export interface PeopleProbe {
  /**
   * Object id of anybody in the directory, to try a reading on.
   * @throws GraphForbiddenError and the other Graph errors
   */
  anybody(token: AccessToken): Promise<string | undefined>;
}
