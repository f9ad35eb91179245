import { expect, test } from 'vitest';
import { AgentIndex } from '../../../../shared/domain/agents/agentIndex.ts';
import type { Reading } from '../../../../shared/domain/presence/reading.ts';
import { shardDocument } from '../../../../shared/domain/presence/shardDocument.ts';
import { DEFAULT_RULES, readRulesFile } from '../../../../shared/domain/rules/ruleSet.ts';
import { buildSnapshot, type Published, shardFreshness } from '../../../../shared/domain/snapshot/buildSnapshot.ts';
import { newHead, shardStatus } from '../../../../shared/domain/snapshot/head.ts';
import { agent, guid, presence, reading } from '../../../support/builders.ts';
import { LIMITS } from '../../../support/world.ts';

const NOW = Date.UTC(2026, 10, 23);
const OPTIONS = { limits: LIMITS, level: 'full' } as const;
const index = new AgentIndex({
  agents: [agent(1), agent(2), agent(3, { account: 'account-disabled' })],
  tombstones: [],
});
const FREE = reading(presence('Available'), { seenAt: NOW - 1_000 });
const BUSY = reading(presence('Busy', 'InACall'), { seenAt: NOW - 1_000 });

function published(readings: readonly (Reading | undefined)[], rest: Partial<Published> = {}): Published {
  const empty = newHead('epoch');
  const people = readings.flatMap((of, at) => (of === undefined ? [] : [[guid(at + 1), of] as const]));
  const document = shardDocument(new Map(people));
  const head = { ...empty, revision: 1, shards: [{ ...shardStatus(empty, 0), document: 'a', checkedAt: NOW - 1_000 }] };
  return { head, index, documents: [document], rules: DEFAULT_RULES, ...rest };
}
const at = (now: number, lag = 0) => ({ now, clockLags: [lag] });
const rulesOf = (from: Published, moment = at(NOW)) =>
  buildSnapshot(from, moment, OPTIONS, undefined).entries.map(({ record }) => record.rule);

test('each agent is what the rules make of the last reading', () => {
  expect(rulesOf(published([FREE, BUSY]))).toEqual(['available', 'in-a-call', 'account-disabled']);
  expect(rulesOf(published([FREE]))).toEqual(['available', 'never-seen', 'account-disabled']);
});

test('time alone makes readings stale and then unknown, also where the clock has stepped back', () => {
  const from = published([FREE, BUSY]);
  expect(rulesOf(from, at(NOW + LIMITS.unknownAfterMs))).toEqual(['stale', 'stale', 'account-disabled']);
  expect(rulesOf(from, at(NOW - 3_600_000, 3_600_000 + LIMITS.unknownAfterMs)).slice(0, 2)).toEqual(['stale', 'stale']);
  expect(shardFreshness(from, at(NOW + LIMITS.staleAfterMs), LIMITS)).toEqual(['stale']);
});

test('who changed shard is found in the document that holds him', () => {
  const documents = [shardDocument(new Map()), shardDocument(new Map([[guid(1), FREE]]))];
  const { entries } = buildSnapshot(published([], { documents }), at(NOW), OPTIONS, undefined);
  expect([entries[0]?.shard, entries[0]?.reading]).toEqual([1, FREE]);
  expect(entries[1]?.shard).toBe(-1);
});

test('entries of which nothing differs are the same objects, and so is the text', () => {
  const first = buildSnapshot(published([FREE, BUSY]), at(NOW), OPTIONS, undefined);
  const moved = buildSnapshot(published([BUSY, BUSY]), at(NOW), OPTIONS, first);
  expect([moved.entries[0] === first.entries[0], moved.entries[1] === first.entries[1]]).toEqual([false, true]);
  expect(buildSnapshot(published([FREE, BUSY]), at(NOW + 500), OPTIONS, first).entries).toBe(first.entries);
});

test('it knows when the next person has settled, and when the last one had', () => {
  const rules = readRulesFile(
    JSON.stringify({
      rules: [
        { id: 'free', when: [{ availability: ['Available'] }], telStatus: 0, reachable: 1, settleSeconds: 30 },
        { id: 'others', when: [{}], telStatus: 1, reachable: 0 },
      ],
    }),
    'r1',
  );
  const since = (seconds: number) => ({ ...FREE, availableSince: NOW - seconds * 1_000 });
  const { settledAt, settlesNextAt } = buildSnapshot(
    published([since(40), since(10)], { rules }),
    at(NOW),
    OPTIONS,
    undefined,
  );
  expect([settledAt, settlesNextAt]).toEqual([NOW - 10_000, NOW + 20_000]);
});

test('records that are made of something else are comparable with no others', () => {
  const epochOf = (from: Published, level: 'full' | 'minimal' = 'full') =>
    buildSnapshot(from, at(NOW), { limits: LIMITS, level }, undefined).epoch;
  const own = published([FREE]);
  const epochs = [
    own,
    { ...own, head: { ...own.head, epoch: 'other' } },
    { ...own, head: { ...own.head, rules: 'r9' } },
  ];
  expect(new Set([...epochs.map(from => epochOf(from)), epochOf(own, 'minimal')]).size).toBe(4);
});
