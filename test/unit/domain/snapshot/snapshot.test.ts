import { expect, test } from 'vitest';
import { AgentIndex } from '../../../../shared/domain/agents/agentIndex.ts';
import { UNKNOWN_AGE_SECONDS } from '../../../../shared/domain/presence/freshness.ts';
import type { Reading } from '../../../../shared/domain/presence/reading.ts';
import { shardDocument } from '../../../../shared/domain/presence/shardDocument.ts';
import { DEFAULT_RULES } from '../../../../shared/domain/rules/ruleSet.ts';
import { buildSnapshot } from '../../../../shared/domain/snapshot/buildSnapshot.ts';
import { newHead, shardStatus } from '../../../../shared/domain/snapshot/head.ts';
import type { DataLevel } from '../../../../shared/domain/snapshot/record.ts';
import { agent, guid, presence, reading } from '../../../support/builders.ts';
import { LIMITS } from '../../../support/world.ts';

const NOW = Date.UTC(2026, 10, 23);
const AGENTS = [agent(1), agent(2), agent(3, { account: 'account-disabled' })];
const seen = (state: string, rest: Partial<Reading> = {}) => reading(presence(state), { seenAt: NOW - 9_000, ...rest });

function snapshotOf(readings: readonly Reading[], { level = 'full' as DataLevel, checkedAt = NOW - 5_000 } = {}) {
  const empty = newHead('epoch');
  const head = { ...empty, revision: 9, shards: [{ ...shardStatus(empty, 0), document: 'a', checkedAt }] };
  const document = shardDocument(new Map(readings.map((of, at) => [guid(at + 1), of])));
  const index = new AgentIndex({ agents: AGENTS, tombstones: [] });
  const published = { head, index, documents: [document], rules: DEFAULT_RULES };
  return buildSnapshot(published, { now: NOW, clockLags: [0] }, { limits: LIMITS, level }, undefined);
}

test('the envelope counts, and is as old as the oldest reading', () => {
  expect(snapshotOf([seen('Busy'), seen('Available')]).summary(NOW)).toEqual({
    count: 3,
    reachableCount: 1,
    firstReachable: '1002',
    stale: 0,
    known: 1,
    checkedAt: NOW - 5_000,
    ageSeconds: 5,
  });
  const moved = snapshotOf([seen('Busy'), seen('Available', { seenAt: NOW - 2_000 })], { checkedAt: NOW - 4_000 });
  expect(moved.summary(NOW).ageSeconds).toBe(4);
});

test('where somebody was never read nothing is said of the age', () => {
  expect(snapshotOf([seen('Busy')]).summary(NOW)).toMatchObject({
    checkedAt: 0,
    ageSeconds: UNKNOWN_AGE_SECONDS,
    known: 1,
  });
  expect(snapshotOf([]).summary(NOW)).toMatchObject({ known: 0, ageSeconds: UNKNOWN_AGE_SECONDS });
});

test('an account that is not read hides no outage; by itself it is known', () => {
  const snapshot = snapshotOf([]);
  expect(snapshot.summary(NOW, snapshot.entries.slice(2))).toMatchObject({ count: 1, known: 1 });
});

test('records, their text and their digest are those of the entries that are meant', () => {
  const snapshot = snapshotOf([seen('Busy'), seen('Available')]);
  const some = snapshot.entries.slice(0, 1);
  expect(JSON.parse(`[${snapshot.json(some)}]`)).toMatchObject([{ agentId: '1001', reachable: 0 }]);
  expect(snapshot.digest(some)).not.toBe(snapshot.digest());
  expect(snapshot.digest()).toBe(snapshotOf([seen('Busy'), seen('Available')]).digest());
});

test('a later moment keeps the text and has its own age', () => {
  const snapshot = snapshotOf([seen('Busy'), seen('Available')]);
  const [text, order] = [snapshot.json(), snapshot.changeOrder()];
  const next = snapshot.withHead({ head: snapshot.head, shardFreshness: snapshot.shardFreshness, clockLags: [1_000] });
  expect([next.json(), next.changeOrder()]).toEqual([text, order]);
  expect(next.summary(NOW).ageSeconds).toBe(6);
});

test('changes are in the order of their publication', () => {
  const snapshot = snapshotOf([seen('Busy', { revision: 8 }), seen('Available', { revision: 3 })]);
  expect(snapshot.changeOrder().published.map(({ record }) => record.agentId)).toEqual(['1003', '1002', '1001']);
});

test('where clients are not told what Teams says, neither are they told that it changed', () => {
  const [one, other] = [
    snapshotOf([seen('Busy')], { level: 'minimal' }),
    snapshotOf([seen('Available')], { level: 'minimal' }),
  ];
  expect([one.revision, one.publishedIn(one.entries[0] as never)]).toEqual([0, 0]);
  expect(one.freshnessDigest()).not.toBe(other.freshnessDigest());
  expect(snapshotOf([seen('Busy')]).revision).toBe(9);
});
