import { expect, test } from 'vitest';
import { EMPTY_LIST, NO_AGENTS } from '../../../../shared/domain/agents/agentList.ts';
import { recordDirectory, sameAgents, switchAgents } from '../../../../shared/usecases/agents/switchAgents.ts';
import { agent } from '../../../support/builders.ts';
import { world } from '../../../support/world.ts';

test('on which line somebody stood makes no other agents', () => {
  expect(sameAgents([agent(1, { line: 2 }), agent(2)], [agent(2), agent(1, { line: 9 })])).toBe(true);
  expect(sameAgents([agent(1)], [agent(1, { aliases: ['a@contoso.com'] })])).toBe(false);
  expect(sameAgents([agent(1)], [agent(1), agent(2)])).toBe(false);
});

async function setUp() {
  const here = world();
  const stores = { ...here, clock: here.time.clock };
  const first = await switchAgents(stores, NO_AGENTS, EMPTY_LIST, [agent(1), agent(2)], head => head);
  return { here, stores, first };
}

test('the new version is named by a head of its own revision, with those who left', async () => {
  const { stores, first } = await setUp();
  const before = await stores.agents.read(first.agents);
  const second = await switchAgents(stores, first.agents, before, [agent(1)], head => head);
  expect(second.agents).toMatchObject({ count: 2, removalsSince: first.agents.id });
  expect([second.revision, second.deltasSince]).toEqual([first.revision + 1, first.revision + 1]);
  const { agents, tombstones } = await stores.agents.read(second.agents);
  expect([agents, tombstones].map(rows => rows.map(({ agentId }) => agentId))).toEqual([['1001'], ['1002']]);
});

test('of two at the same time one is refused, and leaves nothing behind', async () => {
  const { stores, first } = await setUp();
  const before = await stores.agents.read(first.agents);
  const both = await Promise.allSettled(
    [3, 4].map(index => switchAgents(stores, first.agents, before, [agent(index)], head => head)),
  );
  const lost = both.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(lost.reason).toMatchObject({ code: 'upload_running' });
});

test('a change of the head alone leaves the agents as they are', async () => {
  const { stores, first } = await setUp();
  const head = await recordDirectory(stores, current => ({
    ...current,
    directory: { ...current.directory, source: 'list' },
  }));
  expect([head.directory.source, head.agents]).toEqual(['list', first.agents]);
});
