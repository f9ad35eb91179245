import type { AccessToken } from './tokenProvider.ts';

export interface PeopleProbe {
  /**
   * Object ids of a few people of the directory, to try a reading on.
   * @throws GraphForbiddenError and the other Graph errors
   */
  sampleUserIds(token: AccessToken): Promise<string[]>;
}
