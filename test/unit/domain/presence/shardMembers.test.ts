import { expect, test } from 'vitest';
import { shardMembers } from '../../../../shared/domain/presence/shardMembers.ts';
import { agent, guid } from '../../../support/builders.ts';

const people = (count: number) => Array.from({ length: count }, (_, index) => agent(index));

test.each([
  [0, []],
  [1, [1]],
  [650, [650]],
  [651, [650, 1]],
  [5_000, [650, 650, 650, 650, 650, 650, 650, 450]],
])('%i people are read in as few requests as Graph allows', (count, sizes) => {
  expect(shardMembers(people(count)).map(({ length }) => length)).toEqual(sizes);
});

test('everybody comes to the same shards, in whatever order the agents stand', () => {
  expect(shardMembers(people(1_400).reverse())).toEqual(shardMembers(people(1_400)));
});

test('two agents of one person are read once', () => {
  expect(shardMembers([agent(1), agent(2, { objectId: guid(1) }), agent(3)])).toEqual([[guid(1), guid(3)]]);
});

test.each(['not-in-directory', 'account-disabled', 'pending', 'not-in-source'] as const)(
  'who is %s is not read',
  account => {
    expect(shardMembers([agent(1, { account })])).toEqual([]);
  },
);
