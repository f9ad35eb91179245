import { GraphForbiddenError, GraphUnauthorizedError } from '../errors/errors.ts';
import type { Directory, DirectoryField, DirectoryUser } from '../ports/directory.ts';
import type { AccessToken, TokenProvider } from '../ports/tokenProvider.ts';

/** The directory, asked with the token that such questions need; nobody signs in before there is a question. */
export interface DirectoryQuestions {
  find(field: DirectoryField, values: readonly string[], signal: AbortSignal): Promise<DirectoryUser[]>;
  everybody(signal: AbortSignal): Promise<DirectoryUser[]>;
  members(groupIds: readonly string[], signal: AbortSignal): Promise<DirectoryUser[]>;
}

/** A token may be revoked, or older than the consent it needs: one that is refused is replaced, once. */
export function askDirectory(tokens: TokenProvider, directory: Directory): DirectoryQuestions {
  async function ask<T>(question: (token: AccessToken) => Promise<T>): Promise<T> {
    const token = await tokens.token('directory');
    try {
      return await question(token);
    } catch (error) {
      if (!(error instanceof GraphUnauthorizedError || error instanceof GraphForbiddenError)) throw error;
      tokens.discard(token);
      return question(await tokens.token('directory'));
    }
  }
  return {
    find: (field, values, signal) => ask(token => directory.find(field, values, token, signal)),
    everybody: signal => ask(token => directory.everybody(token, signal)),
    members: (groupIds, signal) => ask(token => directory.members(groupIds, token, signal)),
  };
}
