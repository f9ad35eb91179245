import { expect, test } from 'vitest';
import type { GraphClient } from '../../../../shared/adapters/graph/graphClient.ts';
import { graphQuestions } from '../../../../shared/adapters/graph/graphQuestions.ts';
import {
  GraphForbiddenError,
  GraphUnauthorizedError,
  GraphUnavailableError,
} from '../../../../shared/errors/errors.ts';

/** Graph takes only the token of that number; each that is discarded is followed by the next. */
function start(working: number, refusal: Error) {
  let current = 1;
  const used: string[] = [];
  const client: GraphClient = async ({ token }) => {
    used.push(token.value);
    if (token.value !== `token ${working}`) throw refusal;
    return { body: {}, requestId: 'r' };
  };
  const tokens = {
    token: async () => ({ value: `token ${current}`, mode: 'app-only' as const }),
    discard: ({ value }: { value: string }) => {
      if (value === `token ${current}`) current += 1;
    },
  };
  const ask = graphQuestions(client, tokens, 'directory');
  return { used, ask: () => ask(graph => graph({ method: 'GET', path: '/v1.0/users' })) };
}

test.each([
  ['revoked', new GraphUnauthorizedError('No.')],
  ['older than the consent', new GraphForbiddenError('No.')],
])('a token that is %s is replaced, once a question', async (_case, refusal) => {
  const here = start(2, refusal);
  expect(await here.ask()).toMatchObject({ requestId: 'r' });
  expect(here.used).toEqual(['token 1', 'token 2']);
  const never = start(99, refusal);
  await expect(never.ask()).rejects.toBe(refusal);
  expect(never.used).toEqual(['token 1', 'token 2']);
});

test('an outage costs no token', async () => {
  const here = start(99, new GraphUnavailableError('No answer.'));
  await expect(here.ask()).rejects.toThrow('No answer.');
  expect(here.used).toEqual(['token 1']);
});
