import { describe, expect, test } from 'vitest';
import { asListed, canonicalValue, samePresence } from '../../../../shared/domain/presence/teamsPresence.ts';
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

test.each([
  ['InACall', 'Busy', 'Busy', 'InACall'],
  ['inACall', 'available', 'Busy', 'inACall'],
  ['Presenting', 'DoNotDisturb', 'DoNotDisturb', 'Presenting'],
  ['InACall', 'InAMeeting', 'Busy', 'InACall'],
  ['InAMeeting', 'InACall', 'InAMeeting', 'InACall'],
  ['Busy', 'InACall', 'Busy', 'InACall'],
  ['OffWork', 'Available', 'OffWork', 'Available'],
  ['Available', 'OutOfOffice', 'Available', 'OutOfOffice'],
])('%s / %s counts as %s / %s', (availability, activity, counted, doing) => {
  expect(asListed({ availability, activity })).toEqual({ availability: counted, activity: doing });
});
