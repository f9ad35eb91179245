import { expect, test } from 'vitest';
import { findByName, nameOf } from '../../../../shared/domain/agents/findByName.ts';
import { agent } from '../../../support/builders.ts';

const AGENTS = [
  agent(1, { displayName: 'Hannah Roth', directoryName: '' }),
  agent(2, { displayName: '', directoryName: 'Anna Beck' }),
  agent(3, { displayName: 'Support 3', directoryName: 'Jörg Schäfer' }),
];

test('the list’s name is shown, the directory’s where there is none', () => {
  expect(AGENTS.map(nameOf)).toEqual(['Hannah Roth', 'Anna Beck', 'Support 3']);
});

test.each([
  ['anna', [1]],
  ['hann', [0]],
  ['joerg', [2]],
  ['support', [2]],
  ['nobody', []],
  ['', []],
])('%j finds %j', (text, positions) => {
  expect(findByName(AGENTS, text)).toEqual(positions);
});
