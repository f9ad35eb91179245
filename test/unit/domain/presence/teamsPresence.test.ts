import { describe, expect, test } from 'vitest';
import {
  canonicalValue,
  compareObservation,
  observedRow,
  samePresence,
} from '../../../../shared/domain/presence/teamsPresence.ts';
import { guid, presence, row } from '../../../support/builders.ts';

describe('values', () => {
  test.each([
    ['inACall', 'InACall'],
    ['DONOTDISTURB', 'DoNotDisturb'],
    ['availableIdle', 'AvailableIdle'],
    ['Hologram', 'Hologram'],
    ['hologram', 'hologram'],
  ])('%s is handed on as %s', (sent, shown) => {
    expect(canonicalValue(sent)).toBe(shown);
  });

  test('a change of spelling is no change', () => {
    expect(samePresence(presence('Hologram'), presence('hologram'))).toBe(true);
    expect(samePresence(presence('Busy'), presence('Busy', 'InACall'))).toBe(false);
    expect(samePresence(presence('Busy'), presence('Busy', 'Busy', { outOfOffice: true }))).toBe(false);
  });
});

describe('an observation', () => {
  const stored = row(1, presence('Busy', 'InACall', { sequence: '5' }), { observedAt: 1_000 });

  test('of somebody never seen is a change', () => {
    expect(compareObservation(undefined, presence('Busy'), 1)).toBe('changed');
  });

  test('sent before the stored one is outdated', () => {
    expect(compareObservation(stored, presence('Available'), 999)).toBe('outdated');
  });

  test('of the same instant is decided by the version stamp', () => {
    expect(compareObservation(stored, presence('Available', 'Available', { sequence: '4' }), 1_000)).toBe('outdated');
    expect(compareObservation(stored, presence('Available', 'Available', { sequence: '6' }), 1_000)).toBe('changed');
  });

  test('of a later request wins although its version stamp is lower', () => {
    expect(compareObservation(stored, presence('Available', 'Available', { sequence: '4' }), 1_001)).toBe('changed');
  });

  test('that shows the same is unchanged', () => {
    expect(compareObservation(stored, presence('busy', 'inacall', { sequence: '9' }), 1_001)).toBe('unchanged');
  });
});

describe('availableSince', () => {
  const id = guid(1);

  test('starts when somebody becomes available', () => {
    const busy = row(1, presence('Busy'));
    expect(observedRow(id, busy, presence('Available'), 5_000, 2).availableSince).toBe(5_000);
  });

  test('goes on between Available and AvailableIdle', () => {
    const free = row(1, presence('Available'), { availableSince: 4_000 });
    expect(observedRow(id, free, presence('AvailableIdle'), 5_000, 2).availableSince).toBe(4_000);
  });

  test('ends with anything else', () => {
    const free = row(1, presence('Available'), { availableSince: 4_000 });
    expect(observedRow(id, free, presence('Away'), 5_000, 2).availableSince).toBe(0);
  });
});
