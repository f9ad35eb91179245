import { expect, test } from 'vitest';
import { isHandful, stateCounts } from '../../../../shared/domain/presence/stateCounts.ts';
import { presence } from '../../../support/builders.ts';

const shown = ['Available', 'AvailableIdle', 'Busy', 'doNotDisturb', 'BeRightBack', 'Offline', 'PresenceUnknown', '?'];

test('people are counted by state, in any case; what nobody knows is unknown', () => {
  expect(stateCounts(shown.map(state => presence(state)))).toEqual({ available: 2, busy: 2, away: 2, unknown: 2 });
});

test('a handful of people are not counted by state', () => {
  expect(stateCounts(shown.slice(0, 4).map(state => presence(state)))).toBeUndefined();
  expect([isHandful(4), isHandful(5)]).toEqual([true, false]);
});
