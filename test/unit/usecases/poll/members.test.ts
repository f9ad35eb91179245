import { expect, test } from 'vitest';
import { membersReader } from '../../../../shared/usecases/poll/members.ts';
import { agent, guid } from '../../../support/builders.ts';
import { memoryAgentStore } from '../../../support/memoryAgentStore.ts';
import { world } from '../../../support/world.ts';

test('people are read in shards, each once, and nobody who is not mapped', async () => {
  const here = world();
  await here.map([
    agent(1),
    agent(2),
    agent(3, { objectId: guid(1) }),
    agent(4, { account: 'pending' }),
    agent(5, { account: 'account-disabled' }),
  ]);
  const { members } = await membersReader(here, 1)();
  expect(members.shards.flat().sort()).toEqual([guid(1), guid(2)]);
  expect([members.shards.length, members.pending]).toEqual([2, true]);
});

test('the agents are read again only when the head names others', async () => {
  let reads = 0;
  const agents = memoryAgentStore();
  const here = world({
    agents: {
      ...agents,
      read: version => {
        reads += 1;
        return agents.read(version);
      },
    },
  });
  const read = membersReader(here);
  await here.map([agent(1)]);
  const { members } = await read();
  expect((await read()).members).toBe(members);
  expect(reads).toBe(1);
  await here.map([agent(2)], 'g0000000002-test');
  expect((await read()).members.shards).toEqual([[guid(2)]]);
  expect(reads).toBe(2);
});
