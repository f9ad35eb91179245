import { expect, test } from 'vitest';
import { decodeHead, encodeHead } from '../../../../shared/adapters/tables/headCodec.ts';
import { type Head, newHead, SCHEMA, shardStatus, UNREADABLE } from '../../../../shared/domain/snapshot/head.ts';
import { SchemaTooNewError } from '../../../../shared/errors/errors.ts';

const EMPTY = newHead('epoch', { id: 'g1', count: 2, removalsSince: 'g1' }, 'r1');
const HEAD: Head = {
  ...EMPTY,
  revision: 7,
  deltasSince: 3,
  shards: [{ ...shardStatus(EMPTY, 0), document: 'a', revision: 7, checkedAt: 1_764_000_000_123, signIn: 'app-only' }],
  report: { ...EMPTY.report, attemptedAt: 5, faults: [{ code: 'x', message: 'Said.' }] },
  directory: { attemptedAt: 1, succeededAt: 0, source: 'list', fault: { code: 'y', message: 'Out.' } },
};
const altered = (changes: object) => decodeHead({ ...encodeHead(HEAD), ...changes });

test('a head comes back as it was written; what a later version adds is passed over', () => {
  expect(altered({})).toEqual(HEAD);
  expect(altered({ later: 'more' })).toEqual(HEAD);
});

test('a later schema is refused with what to do', () => {
  expect(() => altered({ schema: SCHEMA + 1 })).toThrow(SchemaTooNewError);
});

test.each([
  ['an older schema', { schema: SCHEMA - 1 }],
  ['a revision that cannot be', { revision: -1 }],
  ['differences that are not complete', { deltasSince: 8 }],
])('%s keeps agents and rules, and publishes nothing', (_case, changes) => {
  const head = altered(changes);
  expect(head).toMatchObject({ agents: { id: 'g1', count: 2 }, rules: 'r1', shards: [] });
  expect(head.epoch).not.toBe(HEAD.epoch);
  expect(head.deltasSince).toBe(head.revision);
});

test('a column that cannot be read takes no other with it', () => {
  expect(altered({ agents: '../x' })).toMatchObject({ agents: { id: UNREADABLE }, rules: 'r1' });
  expect(altered({ rules: 7 })).toMatchObject({ agents: { id: 'g1' }, rules: UNREADABLE });
});

test('a damaged report is an empty one', () => {
  expect(altered({ report: '{', directory: 'x' })).toMatchObject({
    revision: 7,
    report: { attemptedAt: 0, faults: [] },
    directory: { source: '' },
  });
});
