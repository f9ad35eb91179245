import { expect, test } from 'vitest';
import { rarely } from '../../../shared/lib/rarely.ts';
import { manualClock } from '../../support/clock.ts';

test('the first of a kind is spoken of at once, the next after the period with how many there were', () => {
  const time = manualClock();
  const { count } = rarely(time.monotonic, 1_000);
  expect([count('a'), count('a'), count('a'), count('b')]).toEqual([1, 0, 0, 1]);
  time.advance(999);
  expect(count('a')).toBe(0);
  time.advance(1);
  expect([count('a'), count('a')]).toEqual([4, 0]);
});

test('those after the last time are told when the period is over, and not with what comes much later', () => {
  const time = manualClock();
  const { count, ended } = rarely(time.monotonic, 1_000);
  for (const kind of ['a', 'a', 'a', 'b']) count(kind);
  time.advance(999);
  expect(ended()).toEqual([]);
  time.advance(1);
  expect(ended()).toEqual([['a', 2]]);
  expect(ended()).toEqual([]);
  time.advance(3_600_000);
  expect(count('a')).toBe(1);
});
