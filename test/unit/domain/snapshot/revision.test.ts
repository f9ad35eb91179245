import { expect, test } from 'vitest';
import { AgentIndex } from '../../../../shared/domain/agents/agentIndex.ts';
import { shardDocument } from '../../../../shared/domain/presence/shardDocument.ts';
import { DEFAULT_RULES } from '../../../../shared/domain/rules/ruleSet.ts';
import { buildSnapshot } from '../../../../shared/domain/snapshot/buildSnapshot.ts';
import { newHead, shardStatus } from '../../../../shared/domain/snapshot/head.ts';
import { changedSince, revisionSchema, revisionText } from '../../../../shared/domain/snapshot/revision.ts';
import { agent, guid, presence, reading } from '../../../support/builders.ts';
import { LIMITS } from '../../../support/world.ts';

const NOW = Date.UTC(2026, 10, 23);
const index = new AgentIndex({ agents: [agent(1), agent(2)], tombstones: [] });

/** @param revisions those that published the reading of each person */
function snapshot(revisions: readonly number[], { revision = 5, deltasSince = 2, now = NOW } = {}) {
  const empty = newHead('epoch');
  const shards = [{ ...shardStatus(empty, 0), document: 'a', checkedAt: NOW }];
  const head = { ...empty, revision, deltasSince, shards };
  const people = revisions.map((of, at) => {
    return [guid(at + 1), reading(presence('Busy'), { revision: of, seenAt: NOW })] as const;
  });
  const published = { head, index, documents: [shardDocument(new Map(people))], rules: DEFAULT_RULES };
  return buildSnapshot(published, { now, clockLags: [0] }, { limits: LIMITS, level: 'full' }, undefined);
}
const VIEW = snapshot([3, 5]);
const known = (changes: object = {}) => ({ ...revisionSchema.parse(revisionText(VIEW)), ...changes });
const toldOf = (changes: object) => {
  const isNews = changedSince(VIEW, known(changes));
  return isNews && VIEW.entries.filter(isNews).map(({ record }) => record.agentId);
};

test('a revision comes back as it was sent, in any case; nothing else is one', () => {
  expect(known()).toMatchObject({ epoch: VIEW.epoch, revision: 5 });
  expect(revisionSchema.parse(revisionText(VIEW).toUpperCase())).toEqual(known());
  for (const text of ['', '0', `${revisionText(VIEW)}-1`, revisionText(VIEW).replaceAll('-', '~')])
    expect(revisionSchema.safeParse(text).success).toBe(false);
});

test.each([
  [{}, []],
  [{ revision: 4 }, ['1002']],
  [{ revision: 2 }, ['1001', '1002']],
  [{ revision: 1 }, undefined],
  [{ revision: 6 }, undefined],
  [{ epoch: '00000000' }, undefined],
  [{ freshness: '000000' }, undefined],
])('who knows %j is told of %j', (changes, agentIds) => {
  expect(toldOf(changes)).toEqual(agentIds);
});

test('people who became stale by time alone make another revision', () => {
  const later = snapshot([3, 5], { now: NOW + LIMITS.staleAfterMs + 1 });
  expect(revisionText(later)).not.toBe(revisionText(VIEW));
  expect(changedSince(later, known())).toBeUndefined();
});
