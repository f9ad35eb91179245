import { describe, expect, test } from 'vitest';
import { tablePresenceStore } from '../../../shared/adapters/tables/tablePresenceStore.ts';
import { newHead } from '../../../shared/domain/snapshot/head.ts';
import { StoreConflictError } from '../../../shared/errors/errors.ts';
import { guid, presence, row } from '../../support/builders.ts';
import { ADAPTERS, freshTable } from '../../support/stores.ts';

const agents = { id: 'g0000000001-test', count: 3 };
const busy = presence('Busy', 'InACall', { outOfOffice: true, sequence: '0042' });

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
    const stamp = {
      revision: 7,
      checkedAt: 1_764_000_000_123,
      attemptedAt: 1_764_000_001_456,
      notBefore: 0,
      signIn: 'delegated' as const,
    };
    const report = {
      attemptedAt: 5,
      succeededAt: 4,
      signIn: 'delegated',
      failedShards: 1,
      secretExpiry: { at: 9, source: 'vault' as const },
      passwordExpiry: { at: 0, source: '' as const },
      faults: [{ code: 'graph_throttled', message: 'Wait, "Ümläut".' }],
    };
    const full = {
      ...newHead('epoch', agents),
      revision: 7,
      deltasSince: 3,
      writing: 'me',
      shards: [stamp, stamp],
      report,
    };
    const replaced = await store.replaceHead(full, etag);
    expect(await store.readHead()).toEqual({ head: full, etag: replaced });
  });

  test('refuses a head that replaces an outdated one, and changes nothing', async () => {
    const { presence: store } = create();
    const etag = await store.createHead(newHead('epoch', agents));
    await store.replaceHead({ ...newHead('epoch', agents), revision: 1 }, etag);
    const late = store.replaceHead({ ...newHead('epoch', agents), revision: 9 }, etag);
    await expect(late).rejects.toBeInstanceOf(StoreConflictError);
    expect((await store.readHead())?.head.revision).toBe(1);
  });

  test('reads a shard nobody wrote as empty', async () => {
    expect((await create().presence.readShard(3)).rows).toEqual([]);
  });

  test('keeps everything a row says, each shard for itself', async () => {
    const { presence: store } = create();
    await store.createHead(newHead('epoch', agents));
    const written = row(1, busy, { changedAt: 1_764_000_000_123, observedAt: 1_764_000_000_456, availableSince: 0 });
    await store.writeRows(0, { upserts: [written], deletes: [] }, (await store.readShard(0)).fence);
    expect((await store.readShard(0)).rows).toEqual([written]);
    expect((await store.readShard(1)).rows).toEqual([]);
  });

  test('writes more rows than one transaction takes, overwrites and deletes', async () => {
    const { presence: store } = create();
    await store.createHead(newHead('epoch', agents));
    const rows = Array.from({ length: 250 }, (_, index) => row(index, busy));
    const { fence } = await store.readShard(0);
    const next = await store.writeRows(0, { upserts: rows, deletes: [] }, fence);
    const changed = { ...row(0, presence('Available')), revision: 2 };
    await store.writeRows(0, { upserts: [changed], deletes: [guid(1), guid(249)] }, next);
    const stored = new Map((await store.readShard(0)).rows.map(found => [found.userId, found]));
    expect(stored.size).toBe(248);
    expect(stored.get(guid(0))).toEqual(changed);
    expect(stored.has(guid(249))).toBe(false);
  });

  test('lets one of two writers with the same fence through', async () => {
    const { presence: store } = create();
    await store.createHead(newHead('epoch', agents));
    const { fence } = await store.readShard(0);
    const write = (seen: string) => store.writeRows(0, { upserts: [row(1, presence(seen))], deletes: [] }, fence);
    const results = await Promise.allSettled([write('Busy'), write('Away')]);
    const lost = results.filter(result => result.status === 'rejected');
    expect(lost).toHaveLength(1);
    expect(lost[0]?.reason).toBeInstanceOf(StoreConflictError);
  });

  test('makes a fence worthless when the shard is taken over', async () => {
    const { presence: store } = create();
    await store.createHead(newHead('epoch', agents));
    const { fence } = await store.readShard(0);
    const next = await store.writeRows(0, { upserts: [row(1, busy)], deletes: [] }, fence);
    await store.takeOver(0);
    const late = store.writeRows(0, { upserts: [row(1, presence('Away'))], deletes: [] }, next);
    await expect(late).rejects.toBeInstanceOf(StoreConflictError);
    expect((await store.readShard(0)).rows).toEqual([row(1, busy)]);
  });

  test('takes over a shard that nobody wrote', async () => {
    const { presence: store } = create();
    await store.createHead(newHead('epoch', agents));
    const { fence } = await store.readShard(5);
    await store.takeOver(5);
    const late = store.writeRows(5, { upserts: [row(1, busy)], deletes: [] }, fence);
    await expect(late).rejects.toBeInstanceOf(StoreConflictError);
  });
});

test('a table that somebody deleted is made anew, empty', async () => {
  const client = freshTable();
  const store = tablePresenceStore(client);
  await store.createHead(newHead('before', agents));
  await client.deleteTable();
  expect(await store.readHead()).toBeUndefined();
  expect((await store.readShard(0)).rows).toEqual([]);
  await store.createHead(newHead('after', agents));
  expect((await store.readHead())?.head.epoch).toBe('after');
});
