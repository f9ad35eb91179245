import { expect, test, vi } from 'vitest';
import type { Agent } from '../../board/api.ts';

// The page reads one value out of its own head.
vi.stubGlobal('document', { querySelector: () => ({ content: '12' }) });
const { byGroup, fits } = await import('../../board/state.ts');

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

test.each(['089 1234567', '+49 89 1234567', '+49 (0)89 1234567', '0049 89 1234567'])('%s finds the number', text => {
  expect(fits(person('1', ''), { text, show: 'all', group: undefined }, 0)).toBe(true);
});
