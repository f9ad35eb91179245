import { expect, test } from 'vitest';
import { GraphUnavailableError } from '../../../../shared/errors/errors.ts';
import { costOf, failedOutcomes, failure, sparedOutcome } from '../../../../shared/usecases/poll/shardOutcome.ts';

const OUT = new GraphUnavailableError('Out.');

test('the first attempt is no retry', () => {
  expect([0, 1, 3].map(attempts => costOf({ requests: 7, attempts, sentAt: 0 }).retries)).toEqual([0, 0, 2]);
});

test('a shard that failed says why, when it was asked for last, and what that cost', () => {
  expect(failure(2, 5, OUT, 9, { requests: 3, attempts: 2, sentAt: 5 })).toMatchObject({
    ...{ shard: 2, sentAt: 5, error: OUT, notBefore: 9, requests: 3, retries: 1 },
    ...{ presences: undefined, signIn: '', requestId: '' },
  });
});

test('where nothing could be asked, or was spared, nothing was sent', () => {
  expect(
    failedOutcomes([['a'], ['b']], OUT).map(({ shard, sentAt, requests, error }) => [shard, sentAt, requests, error]),
  ).toEqual([
    [0, 0, 0, OUT],
    [1, 0, 0, OUT],
  ]);
  expect(sparedOutcome(1)).toMatchObject({ shard: 1, presences: undefined, error: undefined, requests: 0 });
});
