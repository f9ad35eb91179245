import { expect, test } from 'vitest';
import { fromTime, text, texts, toTime } from '../../../../shared/adapters/tables/columns.ts';

test('a time is text that a person can read; never is the empty one', () => {
  expect(fromTime(1_764_000_000_123)).toBe('2025-11-24T16:00:00.123Z');
  for (const time of [0, 1, 1_764_000_000_123]) expect(toTime(fromTime(time))).toBe(time);
});

test.each([7, null, undefined, 'yesterday', {}])('%j is no time', value => {
  expect(toTime(value)).toBe(0);
});

test('what is no text is the empty one', () => {
  expect([text('a'), text(7), text(undefined), texts('a  b', ' '), texts(7, ' ')]).toEqual([
    'a',
    '',
    '',
    ['a', 'b'],
    [],
  ]);
});
