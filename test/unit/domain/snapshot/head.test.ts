import { expect, test } from 'vitest';
import {
  documentKeys,
  FAILED_PAUSE_MS,
  failedAt,
  type Head,
  hasJustFailed,
  lastReadAt,
  newHead,
  renewedHead,
  type ShardStatus,
  shardStatus,
  withoutDocuments,
  withoutPrevious,
} from '../../../../shared/domain/snapshot/head.ts';

const NOW = Date.UTC(2026, 10, 23);
const EMPTY = newHead('epoch');
const shard = (rest: Partial<ShardStatus>): ShardStatus => ({ ...shardStatus(EMPTY, 0), ...rest });
const head = (shards: readonly ShardStatus[], report: Partial<Head['report']> = {}): Head => {
  return { ...EMPTY, revision: 7, shards, report: { ...EMPTY.report, ...report } };
};

test('a shard that nobody knows yet was never read', () => {
  expect(shardStatus(EMPTY, 3)).toMatchObject({ document: '', revision: 0, checkedAt: 0 });
});

test('one shard that fails says nothing of when the others were read', () => {
  expect(lastReadAt(head([shard({ checkedAt: 5 }), shard({ checkedAt: 9 })], { succeededAt: 3 }))).toBe(9);
});

test.each([
  ['read everybody', { attemptedAt: NOW, succeededAt: NOW }, {}, 0],
  ['read one shard', { attemptedAt: NOW, succeededAt: 1 }, { checkedAt: NOW }, 0],
  ['read nobody', { attemptedAt: NOW, succeededAt: 1 }, { checkedAt: 1 }, NOW],
  ['was asked to wait', { attemptedAt: NOW, succeededAt: 1 }, { notBefore: NOW + 5_000 }, 0],
  ['is of a wrong clock', { attemptedAt: NOW + 86_400_000 }, { checkedAt: 1 }, 0],
])('an attempt that %s', (_case, report, status, expected) => {
  expect(failedAt(head([shard(status)], report), NOW)).toBe(expected);
});

test('a shard that failed is left alone for half a minute, unless Graph says how long', () => {
  const failed = shard({ attemptedAt: NOW, fault: 'graph_unavailable' });
  expect(hasJustFailed(failed, NOW + FAILED_PAUSE_MS - 1)).toBe(true);
  expect(hasJustFailed(failed, NOW + FAILED_PAUSE_MS)).toBe(false);
  expect(hasJustFailed({ ...failed, fault: '' }, NOW)).toBe(false);
  expect(hasJustFailed({ ...failed, notBefore: NOW + 1 }, NOW)).toBe(false);
});

test('what makes every record new makes older differences incomplete', () => {
  expect(renewedHead(head([]), { rules: 'r1' })).toMatchObject({ revision: 8, deltasSince: 8, rules: 'r1' });
});

test('a head names the documents in force and those before them, until it drops them', () => {
  const named = head([shard({ document: 'b', previous: 'a' }), shard({}), shard({ document: 'c' })]);
  expect(documentKeys(named)).toEqual([
    { shard: 0, key: 'b' },
    { shard: 0, key: 'a' },
    { shard: 2, key: 'c' },
  ]);
  expect(documentKeys(withoutPrevious(named)).map(({ key }) => key)).toEqual(['b', 'c']);
});

test('of people whose document is lost nothing is known any more', () => {
  const left = withoutDocuments(
    head([shard({ document: 'a', checkedAt: 5 }), shard({ document: 'b' })]),
    at => at === 0,
  );
  expect(left.shards.map(({ document, checkedAt }) => [document, checkedAt])).toEqual([
    ['', 0],
    ['b', 0],
  ]);
  expect([left.revision, left.deltasSince]).toEqual([8, 8]);
});
