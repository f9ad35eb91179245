import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assignShards, SHARD_SIZE, shardMembers } from '../../../../shared/domain/presence/shards.ts';
import { agent, guid } from '../../../support/builders.ts';

const ids = (count: number, from = 0) => Array.from({ length: count }, (_, index) => guid(from + index));

describe('assignShards', () => {
  test.each([
    [0, 0],
    [1, 1],
    [650, 1],
    [651, 2],
    [5_000, 8],
  ])('%i people need %i shards', (people, shards) => {
    expect(new Set(assignShards(ids(people), new Map()).values()).size).toBe(shards);
  });

  test('whoever was there, comes or goes: as few shards as possible, none too large, nobody moved without need', () => {
    fc.assert(
      fc.property(fc.nat(2_000), fc.nat(2_000), fc.nat(2_000), (before, gone, added) => {
        const previous = assignShards(ids(before), new Map());
        const people = [...ids(before).slice(gone), ...ids(added, 5_000)];
        const assigned = assignShards(people, previous);
        const sizes = [...Map.groupBy(assigned.values(), shard => shard).values()].map(group => group.length);
        const needed = Math.ceil(people.length / SHARD_SIZE);
        expect(assigned.size).toBe(people.length);
        expect(sizes.length).toBe(needed);
        expect(Math.max(0, ...sizes)).toBeLessThanOrEqual(SHARD_SIZE);
        for (const [id, shard] of previous) {
          if (assigned.has(id) && shard < needed) expect(assigned.get(id)).toBe(shard);
        }
      }),
      { numRuns: 30 },
    );
  });
});

test('two agents of one person are read once', () => {
  const shared = { objectId: guid(1) };
  expect(shardMembers([agent(1), agent(2, shared), agent(3, { shard: 1 })])).toEqual([[guid(1)], [guid(3)]]);
});

test('agents who are not in the directory are not read', () => {
  expect(shardMembers([agent(1, { shard: -1 })])).toEqual([]);
});
