import { expect, test } from 'vitest';
import { NO_AGENTS, rowCount, sameVersion } from '../../../../shared/domain/agents/agentList.ts';
import { agent } from '../../../support/builders.ts';

test('a version counts its agents and those who left', () => {
  const left = { agentId: '9', removedIn: 'g1', removedAt: 1 };
  expect(rowCount({ agents: [agent(1), agent(2)], tombstones: [left] })).toBe(3);
});

test('a version is the same with its id and its count: rows that are lost make another', () => {
  const version = { id: 'g1', count: 2, removalsSince: '' };
  expect(sameVersion(version, { ...version, removalsSince: 'g1' })).toBe(true);
  expect(sameVersion(version, { ...version, count: 1 })).toBe(false);
  expect(sameVersion(version, NO_AGENTS)).toBe(false);
});
