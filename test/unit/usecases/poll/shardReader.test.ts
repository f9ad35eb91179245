import { describe, expect, test } from 'vitest';
import { newHead, shardStatus } from '../../../../shared/domain/snapshot/head.ts';
import {
  GraphForbiddenError,
  GraphRejectedError,
  GraphThrottledError,
  GraphUnauthorizedError,
  GraphUnavailableError,
} from '../../../../shared/errors/errors.ts';
import type { PresenceSource } from '../../../../shared/ports/presenceSource.ts';
import type { AccessToken } from '../../../../shared/ports/tokenProvider.ts';
import type { ShardOutcome } from '../../../../shared/usecases/poll/shardOutcome.ts';
import { type ShardReader, type ShardRequest, shardReader } from '../../../../shared/usecases/poll/shardReader.ts';
import { guid, presence } from '../../../support/builders.ts';
import { manualClock } from '../../../support/clock.ts';
import { tokens } from '../../../support/world.ts';

const HEAD = newHead('epoch');
const people = (count: number) => Array.from({ length: count }, (_, index) => guid(index));
const all = (ids: readonly string[]) => new Map(ids.map(id => [id, presence('Available')]));

/** The outcomes in the order of the shards. */
async function outcomesOf(
  readShards: ShardReader,
  request: Omit<ShardRequest, 'sparesFailed'>,
  sparesFailed = false,
): Promise<ShardOutcome[]> {
  const outcomes: ShardOutcome[] = [];
  await readShards({ ...request, sparesFailed }, outcome => outcomes.push(outcome));
  return outcomes.sort((a, b) => a.shard - b.shard);
}

function setUp(read: (ids: readonly string[], call: number) => ReadonlyMap<string, ReturnType<typeof presence>>) {
  const time = manualClock();
  const discarded: AccessToken[] = [];
  let calls = 0;
  const source: PresenceSource = {
    async read(ids) {
      calls += 1;
      return { presences: read(ids, calls), requestId: `request-${calls}` };
    },
  };
  const provider = { ...tokens, discard: (token: AccessToken) => void discarded.push(token) };
  const readShards = shardReader({ source, tokens: provider, ...time, concurrency: 4 });
  const signal = new AbortController().signal;
  return {
    time,
    discarded,
    calls: () => calls,
    read: (members: string[][], head = HEAD) => outcomesOf(readShards, { members, head, signal }),
  };
}

test('one request a shard', async () => {
  const { read, calls } = setUp(all);
  const outcomes = await read([people(650), people(10)]);
  expect(calls()).toBe(2);
  expect(outcomes.map(({ presences }) => presences?.size)).toEqual([650, 10]);
});

test('somebody left out is absent, not failed', async () => {
  const { read } = setUp(ids => all(ids.slice(1)));
  const [outcome] = await read([people(5)]);
  expect(outcome?.presences?.has(guid(0))).toBe(false);
  expect(outcome?.error).toBeUndefined();
});

test.each([
  ['more than a fifth', 5, 2],
  ['everybody', 1, 1],
])('an answer without %s is a failed shard', async (_case, size, missing) => {
  const { read } = setUp(ids => all(ids.slice(missing)));
  const [outcome] = await read([people(size)]);
  expect(outcome).toMatchObject({ presences: undefined, error: { code: 'graph_incomplete' } });
});

test('one failed shard does not touch the others', async () => {
  const { read } = setUp(ids => {
    if (ids.length === 1) throw new GraphForbiddenError('No.');
    return all(ids);
  });
  const outcomes = await read([people(2), people(1), people(3)]);
  expect(outcomes.map(({ presences }) => presences?.size)).toEqual([2, undefined, 3]);
});

test('a short Retry-After is waited for within the cycle', async () => {
  const { read, time } = setUp((ids, call) => {
    if (call === 1) throw new GraphThrottledError('Wait.', 1_000);
    return all(ids);
  });
  const before = time.clock();
  const [outcome] = await read([people(2)]);
  expect(time.slept).toEqual([1_000]);
  expect(outcome?.sentAt).toBe(before + 1_000);
  expect(outcome?.presences?.size).toBe(2);
});

test('a long Retry-After is left to later cycles of every instance', async () => {
  const { read, time, calls } = setUp(() => {
    throw new GraphThrottledError('Wait.', 30_000);
  });
  const [outcome] = await read([people(2)]);
  expect(time.slept).toEqual([]);
  expect(outcome).toMatchObject({ presences: undefined, notBefore: time.clock() + 30_000 });
  const stamp = { ...shardStatus(HEAD, 0), notBefore: outcome?.notBefore ?? 0 };
  time.advance(29_999);
  const [waiting] = await read([people(2)], { ...HEAD, shards: [stamp] });
  expect(waiting).toMatchObject({
    sentAt: 0,
    presences: undefined,
    notBefore: stamp.notBefore,
    error: { code: 'graph_throttled' },
  });
  expect(calls()).toBe(1);
});

test('a token that Graph refuses is discarded and fetched anew, once more', async () => {
  const { read, discarded } = setUp((ids, call) => {
    if (call === 1) throw new GraphUnauthorizedError('No.');
    return all(ids);
  });
  expect((await read([people(2)]))[0]?.presences?.size).toBe(2);
  expect(discarded).toHaveLength(1);
});

test('a token without the permission is discarded: the next one may have it', async () => {
  const { read, discarded, calls } = setUp(() => {
    throw new GraphForbiddenError('No.');
  });
  expect((await read([people(2)]))[0]).toMatchObject({ presences: undefined, error: { code: 'permission_missing' } });
  expect(discarded).toHaveLength(1);
  expect(calls()).toBe(1);
});

test('a 400 is narrowed down to the id that causes it, which is then left out for a while', async () => {
  const culprit = guid(437);
  const { read, time, calls } = setUp(ids => {
    if (ids.includes(culprit)) throw new GraphRejectedError('No.');
    return all(ids);
  });
  const [outcome] = await read([people(650)]);
  expect(outcome?.presences?.size).toBe(649);
  expect(outcome?.presences?.has(culprit)).toBe(false);
  expect(outcome?.error).toMatchObject({
    code: 'graph_rejected',
    message: expect.stringContaining('the id of one person'),
  });
  expect(calls()).toBeLessThanOrEqual(22);
  const spent = calls();
  await read([people(650)]);
  expect(calls()).toBe(spent + 1);
  // A clock that is set back makes nobody wait longer.
  time.set(time.clock() - 3_600_000);
  time.advance(10 * 60_000);
  await read([people(650)]);
  expect(calls()).toBeGreaterThan(spent + 2);
});

test('a shard of which nobody may be asked for was not read, whatever was known of it', async () => {
  const bad = [1, 2].map(guid);
  const { read, calls } = setUp(ids => {
    if (bad.some(id => ids.includes(id))) throw new GraphRejectedError('No.');
    return all(ids);
  });
  for (let cycle = 0; cycle < 4; cycle += 1) await read([[1, 2, 3, 4].map(guid)]);
  const spent = calls();
  const [outcome] = await read([bad]);
  expect(outcome?.presences).toBeUndefined();
  expect(outcome?.error).toMatchObject({ code: 'graph_rejected' });
  expect(calls()).toBe(spent);
});

test('several culprits are found over some cycles, though not within one', async () => {
  const culprits = new Set([3, 99, 250, 437, 600].map(guid));
  const { read, time } = setUp(ids => {
    if (ids.some(id => culprits.has(id))) throw new GraphRejectedError('No.');
    return all(ids);
  });
  const cycles: (number | undefined)[] = [];
  for (let cycle = 0; cycle < 6; cycle += 1) {
    const [outcome] = await read([people(650)]);
    cycles.push(outcome?.presences?.size);
    time.advance(10_000);
  }
  expect(cycles.at(-1)).toBe(645);
  expect((await read([people(650)]))[0]).toMatchObject({
    error: { code: 'graph_rejected', message: expect.stringContaining('5 people') },
  });
});

test.each([1, 12, 650])('a 400 for everybody of %i is a failed shard: nobody is taken for unknown', async size => {
  let rejecting = true;
  const { read, calls, time } = setUp(ids => {
    if (rejecting) throw new GraphRejectedError('No.');
    return all(ids);
  });
  const [outcome] = await read([people(size)]);
  expect(outcome?.presences).toBeUndefined();
  const spent = calls();
  expect(spent).toBeLessThanOrEqual(41);
  time.advance(10_000);
  await read([people(size)]);
  expect(calls()).toBe(spent + 1);
  rejecting = false;
  expect((await read([people(size)]))[0]?.presences?.size).toBe(size);
});

test('one bad id is found as soon as a moment in which Graph took nothing is over', async () => {
  const culprit = guid(437);
  let takesNothing = true;
  const { read, time } = setUp(ids => {
    if (takesNothing || ids.includes(culprit)) throw new GraphRejectedError('No.');
    return all(ids);
  });
  await read([people(650)]);
  takesNothing = false;
  for (let cycle = 0; cycle < 31; cycle += 1) {
    time.advance(10_000);
    await read([people(650)]);
  }
  expect((await read([people(650)]))[0]?.presences?.size).toBe(649);
});

test('another outage after it lets the search begin again', async () => {
  const culprit = guid(437);
  let fault: Error | undefined = new GraphRejectedError('No.');
  const { read, time } = setUp(ids => {
    if (fault !== undefined) throw fault;
    if (ids.includes(culprit)) throw new GraphRejectedError('No.');
    return all(ids);
  });
  await read([people(650)]);
  fault = new GraphUnavailableError('Out.');
  await read([people(650)]);
  fault = undefined;
  time.advance(10_000);
  expect((await read([people(650)]))[0]?.presences?.size).toBe(649);
});

test.each([
  [12, 5],
  [12, 20],
  [650, 35],
])('of %i nobody is blamed when Graph takes nothing for the first %i requests', async (size, refused) => {
  const { read, calls, time } = setUp((ids, call) => {
    if (call <= refused) throw new GraphRejectedError('No.');
    return all(ids);
  });
  for (let cycle = 0; cycle < 3; cycle += 1) {
    await read([people(size)]);
    time.advance(10_000);
  }
  expect(calls()).toBeGreaterThan(refused);
  expect((await read([people(size)]))[0]?.presences?.size).toBe(size);
});

test('a Graph that rejects everything costs a bounded number of searches, however many shards there are', async () => {
  const { read, calls, time } = setUp(() => {
    throw new GraphRejectedError('No.');
  });
  const shards = Array.from({ length: 77 }, () => people(650));
  for (let cycle = 0; cycle < 3; cycle += 1) {
    await read(shards);
    time.advance(9_999);
  }
  expect(calls()).toBeLessThanOrEqual(3 * 77 + 300);
});

test('a failure is as late as its last attempt', async () => {
  const { read, time } = setUp((_ids, call) => {
    throw new GraphThrottledError('Wait.', call === 1 ? 1_000 : 60_000);
  });
  const before = time.clock();
  expect((await read([people(2)]))[0]).toMatchObject({ sentAt: before + 1_000, notBefore: before + 61_000 });
});

test('no Retry-After keeps a shard unread for more than five minutes', async () => {
  const { read, time } = setUp(() => {
    throw new GraphThrottledError('Wait.', 9_999_999_000);
  });
  expect((await read([people(2)]))[0]?.notBefore).toBe(time.clock() + 300_000);
});

test('a cycle that ends while a shard waits keeps what the others said', async () => {
  const time = manualClock();
  const cycle = new AbortController();
  const source: PresenceSource = {
    async read(ids) {
      if (ids.length === 2) throw new GraphThrottledError('Wait.', 1_000);
      return { presences: all(ids), requestId: 'r' };
    },
  };
  const sleep = async () => {
    cycle.abort();
    throw new Error('aborted');
  };
  const readShards = shardReader({ source, tokens, ...time, sleep, concurrency: 4 });
  const outcomes = await outcomesOf(readShards, { members: [people(3), people(2)], head: HEAD, signal: cycle.signal });
  expect(outcomes.map(({ presences }) => presences?.size)).toEqual([3, undefined]);
  expect(outcomes[1]?.error).toBeInstanceOf(GraphThrottledError);
});

describe('while a shard has no answer', () => {
  function slowGraph() {
    const time = manualClock();
    const asked: number[] = [];
    const answers: (() => void)[] = [];
    const source: PresenceSource = {
      async read(ids) {
        asked.push(ids.length);
        if (ids.length === 2) await new Promise<void>(resolve => answers.push(resolve));
        return { presences: all(ids), requestId: 'r' };
      },
    };
    const readShards = shardReader({ source, tokens, ...time, concurrency: 4 });
    const { signal } = new AbortController();
    return { time, asked, answers, readShards, signal };
  }

  test('its people are not asked for again by the next cycle, which says how long that lasts', async () => {
    const { time, asked, answers, readShards, signal } = slowGraph();
    const members = [people(3), people(2)];
    const first = outcomesOf(readShards, { members, head: HEAD, signal });
    await new Promise(setImmediate);
    time.advance(3_000);
    const second = await outcomesOf(readShards, { members, head: HEAD, signal });
    expect(asked).toEqual([3, 2, 3]);
    expect(second.map(({ presences }) => presences?.size)).toEqual([3, undefined]);
    expect(second[1]).toMatchObject({ sentAt: 0, error: { message: expect.stringContaining('for 3 s') } });
    for (const answer of answers.splice(0)) answer();
    expect((await first)[1]?.presences?.size).toBe(2);
    const third = outcomesOf(readShards, { members, head: HEAD, signal });
    await new Promise(setImmediate);
    expect(asked).toEqual([3, 2, 3, 3, 2]);
    for (const answer of answers.splice(0)) answer();
    expect((await third)[1]?.presences?.size).toBe(2);
  });

  test('other people in its place are asked for', async () => {
    const { asked, readShards, signal } = slowGraph();
    void outcomesOf(readShards, { members: [people(2)], head: HEAD, signal });
    await outcomesOf(readShards, { members: [people(4)], head: HEAD, signal });
    expect(asked).toEqual([2, 4]);
  });
});
