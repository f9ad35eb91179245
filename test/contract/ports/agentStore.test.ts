import { describe, expect, test } from 'vitest';
import { tableAgentStore } from '../../../shared/adapters/tables/tableAgentStore.ts';
import { byAgentId } from '../../../shared/domain/agents/agent.ts';
import { EMPTY_LIST, NO_AGENTS } from '../../../shared/domain/agents/agentList.ts';
import { StoreConflictError } from '../../../shared/errors/errors.ts';
import { agent } from '../../support/builders.ts';
import { ADAPTERS, freshTable } from '../../support/stores.ts';

const first = { id: 'g0000000001-aaaa', count: 250, removalsSince: '' };
const second = { id: 'g0000000002-bbbb', count: 1, removalsSince: '' };
const many = Array.from({ length: 250 }, (_, index) =>
  agent(index, { displayName: `Jörg "${index}"`, aliases: ['a@contoso.com', 'b@contoso.com'].slice(index % 3) }),
);
const list = { agents: many, tombstones: [] };
const one = { agents: [agent(1)], tombstones: [] };

describe.each(ADAPTERS)('the agent store in %s', (_name, create) => {
  test('has no agents at first', async () => {
    const { agents: store } = create();
    expect(await store.current()).toEqual(NO_AGENTS);
    expect(await store.read(NO_AGENTS)).toEqual(EMPTY_LIST);
  });

  test('keeps everything a version says', async () => {
    const { agents: store } = create();
    await store.write(first, list);
    await store.markCurrent(first);
    expect(await store.current()).toEqual(first);
    expect([...(await store.read(first)).agents].sort(byAgentId)).toEqual([...many].sort(byAgentId));
  });

  test('shows nothing of a version before it is marked as current', async () => {
    const { agents: store } = create();
    await store.write(first, list);
    await store.markCurrent(first);
    await store.write(second, one);
    expect(await store.current()).toEqual(first);
    expect((await store.read(first)).agents).toHaveLength(250);
  });

  test('removes older versions; whoever still reads one is told', async () => {
    const { agents: store } = create();
    await store.write(first, list);
    await store.markCurrent(first);
    await store.write(second, one);
    await store.markCurrent(second);
    expect(await store.read(second)).toEqual(one);
    await expect(store.read(first)).rejects.toBeInstanceOf(StoreConflictError);
  });

  test('keeps who was removed beside the agents', async () => {
    const { agents: store } = create();
    const tombstone = { agentId: '1001', removedIn: first.id, removedAt: 1_764_000_000_123 };
    const withTombstone = { agents: [agent(1)], tombstones: [tombstone] };
    await store.write({ id: second.id, count: 2, removalsSince: '' }, withTombstone);
    expect(await store.read({ id: second.id, count: 2, removalsSince: '' })).toEqual(withTombstone);
    expect(await store.readRemaining(second.id)).toEqual(withTombstone);
  });

  test('removes what lost the race with the current version, and nothing that may still win', async () => {
    const { agents: store } = create();
    const loser = { id: 'g0000000002-aaaa', count: 1, removalsSince: '' };
    const next = { id: 'g0000000003-aaaa', count: 1, removalsSince: '' };
    for (const version of [second, loser, next]) await store.write(version, one);
    await store.markCurrent(second);
    expect(await store.readRemaining(loser.id)).toEqual(EMPTY_LIST);
    expect(await store.read(second)).toEqual(one);
    expect(await store.read(next)).toEqual(one);
  });

  test('removes a version that will never be current', async () => {
    const { agents: store } = create();
    await store.write(first, list);
    await store.remove(first.id);
    expect(await store.readRemaining(first.id)).toEqual(EMPTY_LIST);
    await store.remove(first.id);
  });

  test('does not go back to an older generation', async () => {
    const { agents: store } = create();
    await store.write(second, one);
    await store.markCurrent(second);
    await store.markCurrent(first);
    expect(await store.current()).toEqual(second);
  });
});

test('rows of a writer who died are removed an hour later, although they are newer', async () => {
  const client = freshTable();
  const now = tableAgentStore(client, Date.now);
  const died = { id: 'g0000000003-died', count: 1, removalsSince: '' };
  for (const version of [second, died]) await now.write(version, one);
  await now.markCurrent(second);
  expect(await now.read(died)).toEqual(one);
  await tableAgentStore(client, () => Date.now() + 2 * 3_600_000).markCurrent(second);
  expect(await now.readRemaining(died.id)).toEqual(EMPTY_LIST);
  expect(await now.read(second)).toEqual(one);
});

test.each(ADAPTERS)('of two versions of one number the first that is recorded counts in %s', async (_name, create) => {
  const { agents: store } = create();
  const late = { id: 'g0000000002-zzzz', count: 1, removalsSince: '' };
  for (const version of [second, late]) await store.write(version, one);
  await store.markCurrent(second);
  await store.markCurrent(late);
  expect(await store.current()).toEqual(second);
  expect(await store.read(second)).toEqual(one);
});
