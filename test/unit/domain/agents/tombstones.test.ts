import { expect, test } from 'vitest';
import {
  hasExpired,
  removedAgents,
  TOMBSTONE_KEPT_MS,
  withTombstones,
} from '../../../../shared/domain/agents/tombstones.ts';
import { agent } from '../../../support/builders.ts';

const NOW = 30 * TOMBSTONE_KEPT_MS;
const left = (agentId: string, removedIn: string, removedAt = NOW - 1) => ({ agentId, removedIn, removedAt });

test('the id of who left is kept for a week', () => {
  expect(hasExpired(left('1', 'g1', NOW - TOMBSTONE_KEPT_MS + 1), NOW)).toBe(false);
  expect(hasExpired(left('1', 'g1', NOW - TOMBSTONE_KEPT_MS), NOW)).toBe(true);
});

test('who is parked left as well', () => {
  const before = [agent(1), agent(2), agent(3, { account: 'not-in-source' })];
  expect(removedAgents(before, [agent(1, { account: 'not-in-source' })]).map(({ agentId }) => agentId)).toEqual([
    '1001',
    '1002',
  ]);
});

test('a version knows who left lately, and nobody who is back', () => {
  const tombstones = [left('1003', 'g2'), left('1004', 'g1'), left('1005', 'g1', 0)];
  const next = withTombstones({ agents: [agent(1), agent(2)], tombstones }, [agent(2), agent(3)], 'g3', NOW);
  expect(next.agents.map(({ agentId }) => agentId)).toEqual(['1002', '1003']);
  expect(next.tombstones).toEqual([left('1004', 'g1'), left('1001', 'g3', NOW)]);
});
