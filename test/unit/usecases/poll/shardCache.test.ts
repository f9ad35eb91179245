import { expect, test } from 'vitest';
import { EMPTY_DOCUMENT, shardDocument } from '../../../../shared/domain/presence/shardDocument.ts';
import { type Head, newHead, shardStatus } from '../../../../shared/domain/snapshot/head.ts';
import { shardCache } from '../../../../shared/usecases/poll/shardCache.ts';
import { guid, presence, reading } from '../../../support/builders.ts';
import { memoryPresenceStore } from '../../../support/memoryPresenceStore.ts';

const EMPTY = newHead('epoch');
const headOf = (...documents: readonly string[]): Head => {
  return { ...EMPTY, shards: documents.map(document => ({ ...shardStatus(EMPTY, 0), document, revision: 5 })) };
};
const documentOf = (state: string, revision: number) =>
  shardDocument(
    new Map([1, 2].map(index => [guid(index), reading(presence(index === 1 ? state : 'Away'), { revision })])),
  );

function setUp() {
  const store = memoryPresenceStore();
  const read: string[] = [];
  const counted = {
    ...store,
    readDocument: (at: { shard: number; key: string }) => {
      read.push(at.key);
      return store.readDocument(at);
    },
  };
  return { store, read, cache: shardCache(counted) };
}

test('a document is read once, also by two at the same time; one that was written, never', async () => {
  const { store, read, cache } = setUp();
  await store.writeDocument({ shard: 0, key: 'a' }, documentOf('Busy', 1));
  await Promise.all([cache.load(headOf('a')), cache.load(headOf('a'))]);
  cache.put(1, 'b', documentOf('Busy', 2));
  const [first, second, third] = await cache.load(headOf('a', 'b', ''));
  expect(read).toEqual(['a']);
  expect([first?.readings.size, second?.readings.size, third]).toEqual([2, 2, EMPTY_DOCUMENT]);
});

test('a document that is not in force any more is forgotten', async () => {
  const { store, read, cache } = setUp();
  for (const key of ['a', 'b']) await store.writeDocument({ shard: 0, key }, documentOf('Busy', 1));
  for (const key of ['a', 'b', 'a']) await cache.load(headOf(key));
  expect(read).toEqual(['a', 'b', 'a']);
});

test('one that is gone, or tells of a revision to come, is lost', async () => {
  const { store, cache } = setUp();
  await store.writeDocument({ shard: 1, key: 'altered' }, documentOf('Busy', 6));
  expect(await cache.load(headOf('gone', 'altered'))).toEqual([undefined, undefined]);
});

test('people of whom nothing changed stay the same objects', async () => {
  const { store, cache } = setUp();
  await store.writeDocument({ shard: 0, key: 'a' }, documentOf('Busy', 1));
  const [before] = await cache.load(headOf('a'));
  const next = new Map(documentOf('Busy', 1).readings).set(guid(1), reading(presence('Available'), { revision: 2 }));
  await store.writeDocument({ shard: 0, key: 'b' }, shardDocument(next));
  const [after] = await cache.load(headOf('b'));
  expect(after?.readings.get(guid(2))).toBe(before?.readings.get(guid(2)));
  expect(after?.readings.get(guid(1))).not.toBe(before?.readings.get(guid(1)));
});
