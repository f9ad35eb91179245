import { describe, expect, test } from 'vitest';
import { byAgentId, NO_AGENTS } from '../../../shared/domain/agents/agent.ts';
import { StoreConflictError } from '../../../shared/errors/errors.ts';
import { agent } from '../../support/builders.ts';
import { ADAPTERS } from '../../support/stores.ts';

const first = { id: 'g0000000001-aaaa', count: 250 };
const second = { id: 'g0000000002-bbbb', count: 1 };
const many = Array.from({ length: 250 }, (_, index) =>
  agent(index, { displayName: `Jörg "${index}"`, shard: index % 2 }),
);

describe.each(ADAPTERS)('the agent store in %s', (_name, create) => {
  test('has no agents at first', async () => {
    const { agents: store } = create();
    expect(await store.current()).toEqual(NO_AGENTS);
    expect(await store.read(NO_AGENTS)).toEqual([]);
  });

  test('keeps everything a generation says', async () => {
    const { agents: store } = create();
    await store.write(first, many);
    await store.markCurrent(first);
    expect(await store.current()).toEqual(first);
    expect((await store.read(first)).sort(byAgentId)).toEqual([...many].sort(byAgentId));
  });

  test('shows nothing of a generation before it is settled as current', async () => {
    const { agents: store } = create();
    await store.write(first, many);
    await store.markCurrent(first);
    await store.write(second, [agent(1)]);
    expect(await store.current()).toEqual(first);
    expect(await store.read(first)).toHaveLength(250);
  });

  test('removes older generations; whoever still reads one is told', async () => {
    const { agents: store } = create();
    await store.write(first, many);
    await store.markCurrent(first);
    await store.write(second, [agent(1)]);
    await store.markCurrent(second);
    expect(await store.read(second)).toEqual([agent(1)]);
    await expect(store.read(first)).rejects.toBeInstanceOf(StoreConflictError);
  });

  test('does not go back to an older generation', async () => {
    const { agents: store } = create();
    await store.write(second, [agent(1)]);
    await store.markCurrent(second);
    await store.markCurrent(first);
    expect(await store.current()).toEqual(second);
  });
});
