import { expect, test } from 'vitest';
import { AgentIndex } from '../../../../shared/domain/agents/agentIndex.ts';
import type { Reading } from '../../../../shared/domain/presence/reading.ts';
import { shardDocument } from '../../../../shared/domain/presence/shardDocument.ts';
import { readRulesFile } from '../../../../shared/domain/rules/ruleSet.ts';
import { buildSnapshot } from '../../../../shared/domain/snapshot/buildSnapshot.ts';
import { isOfLostAgents, nextChange } from '../../../../shared/domain/snapshot/changeFeed.ts';
import type { Cursor } from '../../../../shared/domain/snapshot/cursor.ts';
import { newHead, shardStatus } from '../../../../shared/domain/snapshot/head.ts';
import type { Snapshot } from '../../../../shared/domain/snapshot/snapshot.ts';
import { agent, guid, presence, reading } from '../../../support/builders.ts';
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

/** @param readings of the first person and so on */
function viewAt(seconds: number, revision: number, readings: readonly Reading[], age = 1_000, removalsSince = '') {
  const index = new AgentIndex({ agents: readings.map((_, person) => agent(person + 1)), tombstones: [] });
  const now = seconds * 1_000;
  const empty = newHead('epoch', { id: 'g0000000002-test', count: readings.length, removalsSince });
  const head = { ...empty, revision, shards: [{ ...shardStatus(empty, 0), revision, checkedAt: now - age }] };
  const document = shardDocument(new Map(readings.map((found, index) => [guid(index + 1), found])));
  const published = { head, index, documents: [document], rules: SETTLING };
  return buildSnapshot(published, { now, clockLags: [] }, { limits: LIMITS, level: 'full' }, undefined);
}

/** Asks until there is nothing new; what was told last of each agent. */
function follow(snapshot: Snapshot, from: Cursor | undefined) {
  const told: Record<string, string> = {};
  let next = nextChange(snapshot, from);
  for (; next.change !== undefined; next = nextChange(snapshot, next.cursor)) {
    if (next.change.kind === 'record') told[next.change.entry.record.agentId] = next.change.entry.record.rule;
  }
  return { told, cursor: next.cursor };
}

const free = (since: number, revision: number) =>
  reading(presence('Available'), { availableSince: since * 1_000, revision, seenAt: since * 1_000 });

test('with two clocks apart somebody who settles is told all the same', () => {
  const busy = reading(presence('Busy'), { revision: 1 });
  const first = follow(viewAt(1_110.5, 1, [busy, free(1_085, 1)]), undefined);
  expect(first.told).toEqual({ 1001: 'others', 1002: 'free' });
  // The other instance is a second behind, and sees somebody settle a little before the one who is free already.
  const rows = [free(1_084.9, 2), free(1_085, 1)];
  const second = follow(viewAt(1_109.5, 2, rows), first.cursor);
  expect(second.told['1001']).toBe('settling');
  expect(follow(viewAt(1_111, 2, rows), second.cursor).told['1001']).toBe('free');
});

test('data that goes to and fro between fresh and stale does not keep a client from the news of others', () => {
  const seen = [reading(presence('Busy'), { revision: 1 }), reading(presence('Busy'), { revision: 1 })];
  let { cursor } = follow(viewAt(1_000, 1, seen), undefined);
  const news = [seen[0], reading(presence('Away'), { revision: 2 })] as Reading[];
  const told: string[] = [];
  for (let turn = 0; turn < 6; turn += 1) {
    const next = nextChange(viewAt(1_010 + turn, 2, news, turn % 2 === 0 ? 70_000 : 1_000), cursor);
    if (next.change?.kind === 'record') told.push(next.change.entry.record.agentId);
    cursor = next.cursor;
  }
  expect(told[0]).toBe('1002');
  expect(new Set(told)).toEqual(new Set(['1001', '1002']));
  const settled = follow(viewAt(1_020, 2, news), cursor);
  expect(follow(viewAt(1_021, 2, news), settled.cursor).told).toEqual({});
});

test('everybody’s turn comes although each pull finds another freshness', () => {
  const everybody = [1, 2, 3, 4, 5];
  const seen = everybody.map(() => reading(presence('Busy'), { revision: 1 }));
  let { cursor } = follow(viewAt(1_000, 1, seen), undefined);
  const told = new Set<string>();
  for (let turn = 0; turn < 10; turn += 1) {
    const next = nextChange(viewAt(1_010 + turn, 1, seen, turn % 2 === 0 ? 70_000 : 1_000), cursor);
    if (next.change?.kind === 'record') told.add(next.change.entry.record.agentId);
    cursor = next.cursor;
  }
  expect([...told].sort()).toEqual(everybody.map(id => String(1_000 + id)));
});

test('whoever knows agents of a list that is lost has to start anew', () => {
  const snapshot = viewAt(1_000, 1, [free(900, 1), free(900, 1)], 1_000, 'g0000000002-left');
  const { cursor } = follow(snapshot, undefined);
  expect(isOfLostAgents(snapshot, cursor)).toBe(false);
  // Also where the list that followed had as many versions.
  for (const removalsSince of ['g0000000001-lost', 'g0000000002-lost', 'g0000000007-lost']) {
    expect(isOfLostAgents(snapshot, { ...cursor, removalsSince })).toBe(true);
    // An instance that has not read the newest head yet can tell nothing of it.
    expect(isOfLostAgents(snapshot, { ...cursor, removalsSince, seen: 2 })).toBe(false);
  }
  // Whoever began before the first agents knows nobody.
  expect(isOfLostAgents(snapshot, { ...cursor, removalsSince: '' })).toBe(false);
});
