import { expect, test, vi } from 'vitest';
import type { Agent } from '../../board/api.ts';
import { isKnownValue, KNOWN_VALUES } from '../../shared/domain/presence/teamsPresence.ts';

// The page reads one value out of its own head.
vi.stubGlobal('document', { querySelector: () => ({ content: '12' }) });
const { byGroup, fits, stateOf } = await import('../../board/state.ts');
const { sayIn } = await import('../../board/words.ts');

const person = (agentId: string, group: string): Agent => ({
  ...{ agentId, group, displayName: '', number: '49891234567', teamsAvailability: '', teamsActivity: '' },
  ...{ reachable: 1, known: 1, rule: '', changedAt: '', stale: 0 },
});

test('groups whose names differ in case and outer blanks are one, as for the ACD', () => {
  const groups = byGroup(
    ['support', 'Support', ' SUPPORT ', 'sales', 'Straße', 'STRASSE'].map((group, index) => person(`${index}`, group)),
  );
  expect(groups.map(([group, members]) => [group, members.length])).toEqual([
    ['sales', 1],
    ['Straße', 2],
    ['support', 3],
  ]);
  const filters = { text: '', show: 'all', group: 'support' } as const;
  expect(fits(person('1', 'SUPPORT'), filters, 0)).toBe(true);
  expect(fits(person('1', 'sales'), filters, 0)).toBe(false);
});

test('groups with numbers stand in the order of the numbers', () => {
  const groups = byGroup(['Team 10', 'Team 2', 'Team 1'].map((group, index) => person(`${index}`, group)));
  expect(groups.map(([group]) => group)).toEqual(['Team 1', 'Team 2', 'Team 10']);
});

test.each(["Preis $'", 'x$&y', '$$', '{1}'])('%s in a sentence stays as it was written', text => {
  expect(sayIn('en')('nobodyReachable', text)).toContain(text);
});

test('every availability that Teams is known to show has a state', () => {
  const shown = (teamsAvailability: string) =>
    stateOf({ ...person('1', ''), known: 1, teamsAvailability, teamsActivity: teamsAvailability });
  const availabilities = KNOWN_VALUES.filter(
    value => isKnownValue(value, 'availability') && value !== 'PresenceUnknown',
  );
  expect(availabilities.length).toBeGreaterThan(8);
  expect(availabilities.map(shown)).not.toContain('unknown');
});

test.each(['089 1234567', '+49 89 1234567', '+49 (0)89 1234567', '0049 89 1234567'])('%s finds the number', text => {
  expect(fits(person('1', ''), { text, show: 'all', group: undefined }, 0)).toBe(true);
});
