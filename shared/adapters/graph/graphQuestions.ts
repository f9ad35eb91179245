import { GraphForbiddenError, GraphUnauthorizedError } from '../../errors/errors.ts';
import type { TokenProvider, TokenPurpose } from '../../ports/tokenProvider.ts';
import type { GraphAnswer, GraphClient, GraphRequest } from './graphClient.ts';

/** A Graph client that has its token. */
export type Graph = (request: Omit<GraphRequest, 'token'>) => Promise<GraphAnswer>;

/** Puts a question to Graph, of one request or of many. */
export type GraphQuestions = <T>(question: (graph: Graph) => Promise<T>) => Promise<T>;

/**
 * Questions with the token that they need; nobody signs in before there is one. A token may be revoked, or older than
 * the consent it needs: one that is refused is replaced, once a question.
 */
export function graphQuestions(
  client: GraphClient,
  tokens: Pick<TokenProvider, 'token' | 'discard'>,
  purpose: TokenPurpose,
): GraphQuestions {
  return async question => {
    const token = await tokens.token(purpose);
    try {
      return await question(request => client({ ...request, token }));
    } catch (error) {
      if (!(error instanceof GraphUnauthorizedError || error instanceof GraphForbiddenError)) throw error;
      tokens.discard(token);
      const another = await tokens.token(purpose);
      return question(request => client({ ...request, token: another }));
    }
  };
}
