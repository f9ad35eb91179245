import { expect, test } from 'vitest';
import { EMPTY_DOCUMENT } from '../../../../shared/domain/presence/shardDocument.ts';
import { newHead, shardStatus } from '../../../../shared/domain/snapshot/head.ts';
import { StoreUnavailableError } from '../../../../shared/errors/errors.ts';
import { removeLitter } from '../../../../shared/usecases/state/removeLitter.ts';
import { memoryPresenceStore } from '../../../support/memoryPresenceStore.ts';

const HEAD = newHead('epoch');
const naming = { ...HEAD, shards: [{ ...shardStatus(HEAD, 0), document: 'b', previous: 'a' }] };

async function setUp() {
  const store = memoryPresenceStore();
  for (const key of ['a', 'b', 'dead']) await store.writeDocument({ shard: 0, key }, EMPTY_DOCUMENT);
  const keys = async () => (await store.listDocuments()).map(({ key }) => key).sort();
  return { store, keys };
}

test('documents that the new head does not name go, those before the current ones stay', async () => {
  const { store, keys } = await setUp();
  expect(await removeLitter(store, async () => naming)).toEqual({ head: naming, isTidy: true });
  expect(await keys()).toEqual(['a', 'b']);
});

test('what is written while the head is replaced stays: its writer loses the head', async () => {
  const { store, keys } = await setUp();
  await removeLitter(store, async () => {
    await store.writeDocument({ shard: 0, key: 'new' }, EMPTY_DOCUMENT);
    return naming;
  });
  expect(await keys()).toEqual(['a', 'b', 'new']);
});

test('litter that cannot be removed now is said, and is no fault', async () => {
  const { store } = await setUp();
  const stuck = { ...store, removeDocuments: async () => Promise.reject(new StoreUnavailableError('Out.')) };
  expect((await removeLitter(stuck, async () => naming)).isTidy).toBe(false);
});
