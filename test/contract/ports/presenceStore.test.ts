import { describe, expect, test } from 'vitest';
import { tablePresenceStore } from '../../../shared/adapters/tables/tablePresenceStore.ts';
import { shardDocument } from '../../../shared/domain/presence/shardDocument.ts';
import { newHead, SCHEMA } from '../../../shared/domain/snapshot/head.ts';
import { SchemaTooNewError, StoreConflictError } from '../../../shared/errors/errors.ts';
import { guid, presence, reading } from '../../support/builders.ts';
import { ADAPTERS, freshTable } from '../../support/stores.ts';

const agents = { id: 'g0000000001-test', count: 3, removalsSince: '' };
const busy = presence('Busy', 'InACall', { outOfOffice: true, sequence: '0042' });
const documentOf = (count: number, rest = {}) =>
  shardDocument(new Map(Array.from({ length: count }, (_, index) => [guid(index), reading(busy, rest)])));
const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : 1);

describe.each(ADAPTERS)('the presence store in %s', (_name, create) => {
  test('has no head at first, and one after it was created', async () => {
    const { presence: store } = create();
    expect(await store.readHead()).toBeUndefined();
    const etag = await store.createHead(newHead('epoch', agents));
    expect(await store.readHead()).toEqual({ head: newHead('epoch', agents), etag });
  });

  test('creates the head once', async () => {
    const { presence: store } = create();
    await store.createHead(newHead('first', agents));
    await expect(store.createHead(newHead('second', agents))).rejects.toBeInstanceOf(StoreConflictError);
    expect((await store.readHead())?.head.epoch).toBe('first');
  });

  test('keeps everything the head says', async () => {
    const { presence: store } = create();
    const etag = await store.createHead(newHead('epoch', agents));
    const status = {
      document: '0000000a-abcdef',
      previous: '00000009-abcdef',
      revision: 7,
      checkedAt: 1_764_000_000_123,
      attemptedAt: 1_764_000_001_456,
      notBefore: 0,
      signIn: 'delegated' as const,
      requestId: '0f8fad5b-d9cb-469f-a165-70867728950e',
      fault: 'graph_unavailable',
    };
    const first = { ...status, document: '', previous: '', signIn: '' as const, requestId: '', fault: '' };
    const report = {
      attemptedAt: 5,
      timerAt: 3,
      succeededAt: 4,
      signIn: 'delegated',
      failedShards: 1,
      requests: 3,
      secretExpiry: { at: 9, source: 'vault' as const },
      passwordExpiry: { at: 0, source: '' as const },
      faults: [{ code: 'graph_throttled', message: 'Wait, "Ümläut".' }],
    };
    const shards = [status, first, { ...status, signIn: 'app-only' as const }];
    const full = { ...newHead('epoch', agents), revision: 7, deltasSince: 3, shards, report };
    const replaced = await store.replaceHead(full, etag);
    expect(await store.readHead()).toEqual({ head: full, etag: replaced });
  });

  test('keeps a head of 400,000 people, and nothing of it in a shorter one', async () => {
    const { presence: store } = create();
    const etag = await store.createHead(newHead('epoch', agents));
    const status = {
      document: '0000000a-abcdef01',
      previous: '00000009-abcdef01',
      revision: 70_000_000,
      checkedAt: 1_764_000_000_123,
      attemptedAt: 1_764_000_001_456,
      notBefore: 1_764_000_002_456,
      signIn: 'delegated' as const,
      requestId: '0f8fad5b-d9cb-469f-a165-70867728950e',
      fault: 'graph_unavailable',
    };
    const large = { ...newHead('epoch', agents), shards: Array.from({ length: 616 }, () => status) };
    const second = await store.replaceHead(large, etag);
    expect((await store.readHead())?.head).toEqual(large);
    const small = { ...large, shards: [status] };
    await store.replaceHead(small, second);
    expect((await store.readHead())?.head).toEqual(small);
  });

  test('refuses a head that replaces an outdated one, and changes nothing', async () => {
    const { presence: store } = create();
    const etag = await store.createHead(newHead('epoch', agents));
    await store.replaceHead({ ...newHead('epoch', agents), revision: 1 }, etag);
    const late = store.replaceHead({ ...newHead('epoch', agents), revision: 9 }, etag);
    await expect(late).rejects.toBeInstanceOf(StoreConflictError);
    expect((await store.readHead())?.head.revision).toBe(1);
  });

  test('keeps everything a document says, each shard for itself', async () => {
    const { presence: store } = create();
    const times = { changedAt: 1_764_000_000_123, seenAt: 1_764_000_000_456, availableSince: 0, revision: 12 };
    const document = documentOf(1, times);
    await store.writeDocument({ shard: 0, key: 'one' }, document);
    expect(await store.readDocument({ shard: 0, key: 'one' })).toEqual(document);
    expect(await store.readDocument({ shard: 1, key: 'one' })).toBeUndefined();
    expect(await store.readDocument({ shard: 0, key: 'other' })).toBeUndefined();
  });

  test('keeps the largest shard there is, with the longest values', async () => {
    const { presence: store } = create();
    const long = presence('Ü'.repeat(60), '"'.repeat(60), { sequence: '9'.repeat(30) });
    const readings = Array.from({ length: 650 }, (_, index) => [guid(index), reading(long)] as const);
    const document = shardDocument(new Map(readings));
    await store.writeDocument({ shard: 153, key: 'large' }, document);
    expect(await store.readDocument({ shard: 153, key: 'large' })).toEqual(document);
  });

  test('never overwrites a document', async () => {
    const { presence: store } = create();
    await store.writeDocument({ shard: 0, key: 'one' }, documentOf(1));
    const again = store.writeDocument({ shard: 0, key: 'one' }, documentOf(2));
    await expect(again).rejects.toBeInstanceOf(StoreConflictError);
    expect(await store.readDocument({ shard: 0, key: 'one' })).toEqual(documentOf(1));
  });

  test('removes an outdated document with the one that is written, also when it is gone already', async () => {
    const { presence: store } = create();
    await store.writeDocument({ shard: 0, key: 'one' }, documentOf(1));
    await store.writeDocument({ shard: 0, key: 'two' }, documentOf(2), 'one');
    await store.writeDocument({ shard: 0, key: 'three' }, documentOf(3), 'one');
    expect(await store.readDocument({ shard: 0, key: 'one' })).toBeUndefined();
    expect(await store.readDocument({ shard: 0, key: 'three' })).toEqual(documentOf(3));
    expect((await store.listDocuments()).sort(byKey)).toEqual([
      { shard: 0, key: 'three' },
      { shard: 0, key: 'two' },
    ]);
  });

  test('lists and removes documents of all shards; the head is none of them', async () => {
    const { presence: store } = create();
    expect(await store.listDocuments()).toEqual([]);
    await store.createHead(newHead('epoch', agents));
    const keys = [0, 0, 1, 153].map((shard, index) => ({ shard, key: `key${index}` }));
    for (const key of keys) await store.writeDocument(key, documentOf(1));
    expect((await store.listDocuments()).sort(byKey)).toEqual(keys);
    await store.removeDocuments([...keys.slice(0, 3), { shard: 7, key: 'gone' }]);
    await store.removeDocuments(keys.slice(0, 3));
    expect(await store.listDocuments()).toEqual([{ shard: 153, key: 'key3' }]);
    expect((await store.readHead())?.head.epoch).toBe('epoch');
  });
});

describe('in Table Storage', () => {
  test('a table that somebody deleted is made anew, empty', async () => {
    const client = freshTable();
    const store = tablePresenceStore(client);
    await store.createHead(newHead('before', agents));
    await store.writeDocument({ shard: 0, key: 'one' }, documentOf(1));
    await client.deleteTable();
    expect(await store.readHead()).toBeUndefined();
    expect(await store.readDocument({ shard: 0, key: 'one' })).toBeUndefined();
    expect(await store.listDocuments()).toEqual([]);
    await store.createHead(newHead('after', agents));
    expect((await store.readHead())?.head.epoch).toBe('after');
  });

  test.each([
    ['cut', { part00: '[["' }],
    ['altered', { part00: '[["id",1,2]]' }],
    ['emptied', { part00: '' }],
    ['of another kind', { part00: '{"a":1}' }],
  ])('a document that somebody has %s reads as gone', async (_case, damage) => {
    const client = freshTable();
    const store = tablePresenceStore(client);
    await store.writeDocument({ shard: 0, key: 'one' }, documentOf(1));
    await client.updateEntity({ partitionKey: 's000000', rowKey: 'one', ...damage }, 'Replace');
    expect(await store.readDocument({ shard: 0, key: 'one' })).toBeUndefined();
  });

  test('what a later version has added to the head outlives a cycle of this one', async () => {
    const client = freshTable();
    const store = tablePresenceStore(client);
    await store.createHead(newHead('epoch', agents));
    await client.updateEntity({ partitionKey: 'head', rowKey: 'head', later: 'kept' }, 'Merge');
    const stored = await store.readHead();
    if (stored === undefined) throw new Error('no head');
    await store.replaceHead({ ...stored.head, revision: 1 }, stored.etag);
    expect(await client.getEntity('head', 'head')).toMatchObject({ later: 'kept', revision: 1 });
  });

  test('a head of the schema before is replaced: agents and rules stay, all presence is read anew', async () => {
    const client = freshTable();
    const store = tablePresenceStore(client);
    await store.createHead(newHead('epoch', agents, 'r1'));
    await client.updateEntity(
      { partitionKey: 'head', rowKey: 'head', schema: 1, revision: 41, shards: 'x,y' },
      'Merge',
    );
    const stored = await store.readHead();
    if (stored === undefined) throw new Error('no head');
    expect(stored.head).toMatchObject({ agents, rules: 'r1', revision: 42, deltasSince: 42, shards: [] });
    expect(stored.head.epoch).not.toBe('epoch');
    expect(stored.head.schema).toBe(SCHEMA);
    await store.replaceHead(stored.head, stored.etag);
    expect((await store.readHead())?.head).toEqual(stored.head);
  });

  test.each(['Merge', 'Replace'] as const)(
    'a head of a later schema is refused, whatever else it holds (%s)',
    async mode => {
      const client = freshTable();
      const store = tablePresenceStore(client);
      await store.createHead(newHead('epoch', agents));
      await client.updateEntity({ partitionKey: 'head', rowKey: 'head', schema: SCHEMA + 1 }, mode);
      await expect(store.readHead()).rejects.toBeInstanceOf(SchemaTooNewError);
    },
  );
});
