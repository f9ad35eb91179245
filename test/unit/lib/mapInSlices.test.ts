import { expect, test } from 'vitest';
import { mapInSlices } from '../../../shared/lib/mapInSlices.ts';

test('keeps the order, gives the place, and lets others have their turn', async () => {
  const items = Array.from({ length: 2_300 }, (_, index) => index);
  let turns = 0;
  let isOver = false;
  const others = () => {
    turns += 1;
    if (!isOver) setImmediate(others);
  };
  setImmediate(others);
  const mapped = await mapInSlices(items, (item, index) => [item, index]);
  isOver = true;
  expect(mapped).toEqual(items.map(item => [item, item]));
  expect(turns).toBeGreaterThan(2);
  expect(await mapInSlices([], item => item)).toEqual([]);
});
