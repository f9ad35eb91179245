import { describe, expect, test } from 'vitest';
import { canonicalValue, samePresence } from '../../../../shared/domain/presence/teamsPresence.ts';
import { presence } from '../../../support/builders.ts';

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
