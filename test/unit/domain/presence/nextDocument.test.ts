import { expect, test } from 'vitest';
import { KnownReadings, nextDocument } from '../../../../shared/domain/presence/nextDocument.ts';
import { shardDocument } from '../../../../shared/domain/presence/shardDocument.ts';
import { guid, presence, reading } from '../../../support/builders.ts';

const NOW = 1_000_000;
const [ANNA, JORG, MARIA] = [guid(1), guid(2), guid(3)];

/** One shard of two people who were first seen at 1,000 and whose shard was confirmed at 5,000. */
function known() {
  const readings = [ANNA, JORG].map(id => [id, reading(presence('Available'), { seenAt: 1_000 })] as const);
  const document = shardDocument(new Map(readings));
  return { document, everybody: new KnownReadings([{ document, checkedAt: 5_000 }], NOW) };
}

test('a document that says everything stays', () => {
  expect(nextDocument(0, [ANNA, JORG], known(), undefined, 2).readings).toBeUndefined();
  const answer = { presences: new Map([ANNA, JORG].map(id => [id, presence('Available')])), sentAt: 9_000 };
  expect(nextDocument(0, [ANNA, JORG], known(), answer, 2).readings).toBeUndefined();
});

test('whoever stays in a document that is written without an answer keeps when the last one was', () => {
  const next = nextDocument(0, [ANNA], known(), undefined, 2);
  expect(next.left).toEqual([JORG]);
  expect(next.readings?.get(ANNA)?.seenAt).toBe(5_000);
});

test('an answer that is older than what is known confirms nothing', () => {
  const answer = {
    presences: new Map([
      [ANNA, presence('Busy', 'InACall')],
      [MARIA, presence('Away')],
    ]),
    sentAt: 3_000,
  };
  const next = nextDocument(0, [ANNA, MARIA], known(), answer, 2);
  expect(next.readings?.get(ANNA)).toMatchObject({ activity: 'Available', seenAt: 5_000 });
  expect(next.readings?.get(MARIA)).toMatchObject({ activity: 'Away', seenAt: 3_000 });
});

test('an answer that is newer leaves the readings that it confirms as they are', () => {
  const before = known();
  const answer = {
    presences: new Map([
      [ANNA, presence('Busy', 'InACall')],
      [JORG, presence('Available')],
    ]),
    sentAt: 9_000,
  };
  const next = nextDocument(0, [ANNA, JORG], before, answer, 2);
  expect(next.readings?.get(JORG)).toBe(before.document.readings.get(JORG));
  expect(next.readings?.get(ANNA)).toMatchObject({ activity: 'InACall', seenAt: 9_000, revision: 2 });
});
