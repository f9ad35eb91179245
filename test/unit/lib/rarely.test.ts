import { expect, test } from 'vitest';
import { rarely } from '../../../shared/lib/rarely.ts';
import { manualClock } from '../../support/clock.ts';

test('the first of a kind is spoken of at once, the next after the period with how many there were', () => {
  const time = manualClock();
  const spoken = rarely(time.monotonic, 1_000);
  expect([spoken('a'), spoken('a'), spoken('a'), spoken('b')]).toEqual([1, 0, 0, 1]);
  time.advance(999);
  expect(spoken('a')).toBe(0);
  time.advance(1);
  expect([spoken('a'), spoken('a')]).toEqual([4, 0]);
});
