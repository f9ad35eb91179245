import { expect, test } from 'vitest';
import { GraphRejectedError, GraphThrottledError, GraphUnauthorizedError } from '../../../../shared/errors/errors.ts';
import type { AccessToken } from '../../../../shared/ports/tokenProvider.ts';
import { oneShardReader } from '../../../../shared/usecases/poll/oneShardReader.ts';
import { guid, presence } from '../../../support/builders.ts';
import { manualClock } from '../../../support/clock.ts';
import { tokens } from '../../../support/world.ts';

const IDS = Array.from({ length: 8 }, (_, index) => guid(index));
const all = (ids: readonly string[]) => new Map(ids.map(id => [id, presence('Available')]));

/** @param read what Graph answers to each request, by its number from 1 */
function setUp(read: (ids: readonly string[], request: number) => ReturnType<typeof all>) {
  const time = manualClock();
  const discarded: AccessToken[] = [];
  const asked: number[] = [];
  const source = {
    async read(ids: readonly string[]) {
      asked.push(ids.length);
      return { presences: read(ids, asked.length), requestId: `request-${asked.length}` };
    },
  };
  const discard = (token: AccessToken) => void discarded.push(token);
  const reader = oneShardReader({ source, tokens: { ...tokens, discard }, ...time });
  return { time, asked, discarded, read: () => reader(0, IDS, new AbortController().signal) };
}

test('it is read with one request, as of the instant before it', async () => {
  const { read, asked, time } = setUp(all);
  const { presences, sentAt, requestId, error } = await read();
  expect([presences?.size, sentAt, requestId, error, asked]).toEqual([8, time.clock(), 'request-1', undefined, [8]]);
});

test('a short wait that Graph asks for is waited for, a longer one is left to later', async () => {
  const short = setUp((ids, request) => {
    if (request === 1) throw new GraphThrottledError('Wait.', 900);
    return all(ids);
  });
  expect(await short.read()).toMatchObject({ retries: 1, error: undefined });
  const long = setUp(() => {
    throw new GraphThrottledError('Wait.', 60_000);
  });
  expect(await long.read()).toMatchObject({ presences: undefined, notBefore: long.time.clock() + 60_000, requests: 1 });
});

test('a token that Graph refuses is discarded, and the next one tried', async () => {
  const { read, discarded } = setUp((ids, request) => {
    if (request === 1) throw new GraphUnauthorizedError('Ended.');
    return all(ids);
  });
  expect((await read()).presences?.size).toBe(8);
  expect(discarded).toHaveLength(1);
});

test('an id that Graph does not take is found, and left out for ten minutes', async () => {
  const { read, asked, time } = setUp(ids => {
    if (ids.includes(guid(5))) throw new GraphRejectedError('Bad request.');
    return all(ids);
  });
  const first = await read();
  expect([first.presences?.size, first.error?.message]).toEqual([7, expect.stringContaining('the id of one person')]);
  asked.length = 0;
  await read();
  expect(asked).toEqual([7]);
  time.advance(10 * 60_000);
  asked.length = 0;
  await read();
  expect(asked[0]).toBe(8);
});

test('an answer without many of the people is not believed', async () => {
  const { read } = setUp(ids => all(ids.slice(0, 6)));
  expect(await read()).toMatchObject({ presences: undefined, error: { code: 'graph_incomplete' } });
  const { read: readFew } = setUp(ids => all(ids.slice(0, 7)));
  expect((await readFew()).presences?.size).toBe(7);
});

test('whatever else is thrown is part of the outcome', async () => {
  const { read } = setUp(() => {
    throw new TypeError('bug');
  });
  expect(await read()).toMatchObject({ presences: undefined, error: { message: 'bug' } });
});
