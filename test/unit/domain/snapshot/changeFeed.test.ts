import { expect, test } from 'vitest';
import { AgentIndex } from '../../../../shared/domain/agents/agentIndex.ts';
import { stateCounts } from '../../../../shared/domain/presence/stateCounts.ts';
import type { PresenceRow } from '../../../../shared/domain/presence/teamsPresence.ts';
import { readRulesFile } from '../../../../shared/domain/rules/ruleSet.ts';
import { type Cursor, cursorSchema, cursorText, nextChange } from '../../../../shared/domain/snapshot/changeFeed.ts';
import { NEW_SHARD, newHead } from '../../../../shared/domain/snapshot/head.ts';
import { buildSnapshot, type Snapshot } from '../../../../shared/domain/snapshot/snapshot.ts';
import { agent, presence, row } from '../../../support/builders.ts';
import { LIMITS } from '../../../support/world.ts';

const SETTLING = readRulesFile(
  JSON.stringify({
    rules: [
      { id: 'free', when: [{ availability: ['Available'] }], telStatus: 0, reachable: 1, settleSeconds: 25 },
      { id: 'others', when: [{}], telStatus: 1, reachable: 0 },
    ],
  }),
  'r1',
);
const index = new AgentIndex([agent(1), agent(2)]);

function viewAt(seconds: number, revision: number, rows: readonly PresenceRow[]): Snapshot {
  const now = seconds * 1_000;
  const shards = [{ ...NEW_SHARD, revision, checkedAt: now - 1_000 }];
  const head = { ...newHead('epoch', { id: 'g0000000001-test', count: 2 }), revision, shards };
  const published = { head, index, rows: [new Map(rows.map(found => [found.userId, found]))], rules: SETTLING };
  return buildSnapshot(published, now, { limits: LIMITS, level: 'full' }, undefined);
}

/** Asks until there is nothing new; what was told last of each agent. */
function follow(view: Snapshot, from: Cursor | undefined) {
  const told: Record<string, string> = {};
  let next = nextChange(view, from);
  for (; next.change !== undefined; next = nextChange(view, next.cursor)) {
    if (next.change.kind === 'record') told[next.change.entry.record.agentId] = next.change.entry.record.rule;
  }
  return { told, cursor: next.cursor };
}

const free = (person: number, since: number, revision: number) =>
  row(person, presence('Available'), { availableSince: since * 1_000, revision, observedAt: since * 1_000 });

test('with two clocks apart somebody who settles is told all the same', () => {
  const busy = row(1, presence('Busy'), { revision: 1 });
  const first = follow(viewAt(1_110.5, 1, [busy, free(2, 1_085, 1)]), undefined);
  expect(first.told).toEqual({ 1001: 'others', 1002: 'free' });
  // The other instance is a second behind, and sees somebody settle a little before the one who is free already.
  const rows = [free(1, 1_084.9, 2), free(2, 1_085, 1)];
  const second = follow(viewAt(1_109.5, 2, rows), first.cursor);
  expect(second.told['1001']).toBe('settling');
  expect(follow(viewAt(1_111, 2, rows), second.cursor).told['1001']).toBe('free');
});

test('a cursor comes back as it was sent, and nothing else does', () => {
  const { cursor } = follow(viewAt(1_110, 1, [free(1, 1_000, 1)]), undefined);
  expect(cursorSchema.parse(cursorText(cursor))).toEqual(cursor);
  expect(cursorSchema.parse('')).toBeUndefined();
  for (const text of ['~', 'a~b', `${cursorText(cursor)}~`, cursorText(cursor).replace('epoch', 'é'), 'x'.repeat(500)])
    expect(cursorSchema.safeParse(text).success).toBe(false);
});

test('a handful of people are not counted by state', () => {
  const people = (count: number) => Array.from({ length: count }, () => presence('Busy', 'InACall'));
  expect(stateCounts(people(4))).toBeUndefined();
  expect(stateCounts([...people(4), presence('availableIdle'), presence('Away'), presence('?')])).toEqual({
    available: 1,
    busy: 4,
    away: 1,
    unknown: 1,
  });
});
