import { expect, test } from 'vitest';
import {
  type Cursor,
  cursorSchema,
  cursorText,
  isExpired,
  NO_ROUND,
} from '../../../../shared/domain/snapshot/cursor.ts';

const HOUR = 3_600_000;
const CURSOR: Cursor = {
  epoch: '0123abcd',
  freshness: 'abcdef',
  revision: 41,
  agentId: '1001',
  settledAt: 1_700_000_000_000,
  settledId: '1002',
  seen: 42,
  removalsSince: 'g0000000001-ab',
  removedIn: 'g0000000002-cd',
  removedId: 'a_b',
  round: { phase: 'to-the-last', at: '1003', end: '1001' },
};

test.each([CURSOR, { ...CURSOR, revision: -1, agentId: '', removedIn: '', removedId: '', round: NO_ROUND }])(
  'a cursor comes back as it was sent, and says when that was',
  cursor => {
    expect(cursorSchema.parse(cursorText(cursor, 3 * HOUR + 1))).toEqual({ cursor, issuedAt: 3 * HOUR });
  },
);

test('the empty one is the start', () => {
  expect(cursorSchema.parse('')).toBeUndefined();
});

const TEXT = cursorText(CURSOR, HOUR);
test.each([
  ...['~', 'a~b', `${TEXT}~`, `é${TEXT.slice(1)}`, TEXT.replaceAll('~', '-'), 'x'.repeat(700)],
  ...[TEXT.replace('0123abcd', '0123ABCD'), TEXT.replace('1003', '10~03'), TEXT.replace('g0000000001-ab', '../x')],
])('%j was never one', text => {
  expect(cursorSchema.safeParse(text).success).toBe(false);
});

test('after a week it is too old: who asks may not have been told of a removal', () => {
  const sent = { cursor: CURSOR, issuedAt: 1_000 * HOUR };
  expect(isExpired(sent, sent.issuedAt + 7 * 24 * HOUR - 1)).toBe(false);
  expect(isExpired(sent, sent.issuedAt + 7 * 24 * HOUR)).toBe(true);
});
