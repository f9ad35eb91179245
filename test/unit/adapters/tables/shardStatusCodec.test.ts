import { expect, test } from 'vitest';
import { decodeStatuses, encodeStatuses } from '../../../../shared/adapters/tables/shardStatusCodec.ts';
import { newHead, type ShardStatus, shardStatus } from '../../../../shared/domain/snapshot/head.ts';

const EMPTY = shardStatus(newHead('epoch'), 0);
const READ: ShardStatus = {
  document: '00000007-ab',
  previous: '00000006-cd',
  revision: 7,
  checkedAt: 1_764_000_000_123,
  attemptedAt: 1_764_000_000_124,
  notBefore: 0,
  signIn: 'delegated',
  requestId: '9e107d9d-3725-4a6f-8c1f-0123456789ab',
  fault: '',
};

test.each([
  ['none', []],
  ['one', [EMPTY]],
  ['several', [READ, EMPTY, { ...READ, signIn: 'app-only' as const, fault: 'graph_throttled', notBefore: 5 }]],
] as const)('%s: statuses come back', (_case, statuses) => {
  expect(decodeStatuses(encodeStatuses(statuses))).toEqual(statuses);
});

test('what somebody altered is read as nothing', () => {
  expect(decodeStatuses('zzzzzzzzzzz,-5,?,,d,../a,b')[0]).toMatchObject({
    ...{ revision: 0, checkedAt: 0, attemptedAt: 0, notBefore: 0 },
    ...{ signIn: 'delegated', document: '', previous: 'b', requestId: '', fault: '' },
  });
});
