import { expect, test } from 'vitest';
import { StoreConflictError } from '../../../../shared/errors/errors.ts';
import { readOrRepairAgents } from '../../../../shared/usecases/state/readOrRepairAgents.ts';
import { agent } from '../../../support/builders.ts';
import { memoryAgentStore } from '../../../support/memoryAgentStore.ts';
import { world } from '../../../support/world.ts';

const idsOf = ({ list }: Awaited<ReturnType<typeof readOrRepairAgents>>) => list.agents.map(({ agentId }) => agentId);

test('the agents are those that the head names', async () => {
  const here = world();
  await here.map([agent(1), agent(2)]);
  expect(idsOf(await readOrRepairAgents(here))).toEqual(['1001', '1002']);
});

test('an upload that switches them meanwhile is read anew', async () => {
  const agents = memoryAgentStore();
  const here = world({ agents });
  await here.map([agent(1)]);
  let first = true;
  const stores = {
    ...here,
    agents: {
      ...agents,
      async read(version: Parameters<typeof agents.read>[0]) {
        if (first) {
          first = false;
          await here.map([agent(2)], 'g0000000002-test');
          throw new StoreConflictError('Rows are gone.');
        }
        return agents.read(version);
      },
    },
  };
  expect(idsOf(await readOrRepairAgents(stores))).toEqual(['1002']);
});

test('a head whose agents are lost names what is left, as another version', async () => {
  const agents = memoryAgentStore();
  const here = world({ agents });
  await here.map([agent(1), agent(2)]);
  const lost = {
    ...agents,
    read: async () => Promise.reject(new StoreConflictError('Rows are gone.')),
    readRemaining: async (id: string) => {
      const { agents: all, tombstones } = await agents.readRemaining(id);
      return { agents: all.slice(0, 1), tombstones };
    },
  };
  const before = (await here.presence.readHead())?.head;
  const repaired = await readOrRepairAgents({ ...here, agents: lost });
  expect(idsOf(repaired)).toEqual(['1001']);
  const { head } = repaired.stored;
  expect(head.agents).toMatchObject({ count: 1, removalsSince: head.agents.id });
  expect(head.agents.id > (before?.agents.id ?? '')).toBe(true);
  expect(head.deltasSince).toBe((before?.revision ?? 0) + 1);
});
