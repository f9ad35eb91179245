import { expect, test } from 'vitest';
import { mapInSlices } from '../../../shared/lib/mapInSlices.ts';
import { turnsDuring } from '../../support/turnsDuring.ts';

test('keeps the order, gives the place, and lets others have their turn', async () => {
  const items = Array.from({ length: 2_300 }, (_, index) => index);
  const mapping = mapInSlices(items, (item, index) => [item, index]);
  expect(await turnsDuring(mapping)).toBeGreaterThan(2);
  expect(await mapping).toEqual(items.map(item => [item, item]));
  expect(await mapInSlices([], item => item)).toEqual([]);
});
