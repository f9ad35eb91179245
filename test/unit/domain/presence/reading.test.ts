import { describe, expect, test } from 'vitest';
import { compareReading, newReading } from '../../../../shared/domain/presence/reading.ts';
import { presence, reading } from '../../../support/builders.ts';

describe('a reading', () => {
  const stored = reading(presence('Busy', 'InACall', { sequence: '5' }), { seenAt: 1_000 });

  test('of somebody never seen is a change', () => {
    expect(compareReading(undefined, 0, presence('Busy'), 1)).toBe('changed');
  });

  test('sent before the stored one is outdated', () => {
    expect(compareReading(stored, 1_000, presence('Available'), 999)).toBe('outdated');
  });

  test('of the same instant is decided by the version stamp', () => {
    expect(compareReading(stored, 1_000, presence('Available', 'Available', { sequence: '4' }), 1_000)).toBe(
      'outdated',
    );
    expect(compareReading(stored, 1_000, presence('Available', 'Available', { sequence: '6' }), 1_000)).toBe('changed');
  });

  test('of a later request wins although its version stamp is lower', () => {
    expect(compareReading(stored, 1_000, presence('Available', 'Available', { sequence: '4' }), 1_001)).toBe('changed');
  });

  test('sent before the shard was read last is outdated, though the reading is older', () => {
    expect(compareReading(stored, 9_000, presence('Available'), 8_999)).toBe('outdated');
    expect(compareReading(stored, 9_000, presence('Available'), 9_001)).toBe('changed');
  });

  test.each(['changedAt', 'availableSince', 'seenAt'] as const)('whose %s lies in the future is made anew', name => {
    const wrong = reading(presence('Available'), { [name]: 86_400_000 });
    expect(compareReading(wrong, 1_000, presence('Available'), 5_000)).toBe('changed');
    const mended = newReading(wrong, presence('Available'), 5_000, 2);
    expect(Math.max(mended.changedAt, mended.availableSince, mended.seenAt)).toBeLessThanOrEqual(5_000);
  });

  test('that shows the same is unchanged', () => {
    expect(compareReading(stored, 1_000, presence('busy', 'inacall', { sequence: '9' }), 1_001)).toBe('unchanged');
  });
});

describe('availableSince', () => {
  test('starts when somebody becomes available', () => {
    const busy = reading(presence('Busy'));
    expect(newReading(busy, presence('Available'), 5_000, 2).availableSince).toBe(5_000);
  });

  test('goes on between Available and AvailableIdle', () => {
    const free = reading(presence('Available'), { availableSince: 4_000 });
    expect(newReading(free, presence('AvailableIdle'), 5_000, 2).availableSince).toBe(4_000);
  });

  test('ends with anything else', () => {
    const free = reading(presence('Available'), { availableSince: 4_000 });
    expect(newReading(free, presence('Away'), 5_000, 2).availableSince).toBe(0);
  });
});
