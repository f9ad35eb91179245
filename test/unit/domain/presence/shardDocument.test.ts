import { expect, test } from 'vitest';
import { lastSeenTimes, shardDocument, sharingReadings } from '../../../../shared/domain/presence/shardDocument.ts';
import { presence, reading } from '../../../support/builders.ts';

const free = (seenAt: number, revision = 1) => reading(presence('Available'), { seenAt, revision });
const DOCUMENT = shardDocument(new Map([...[5, 9].entries()].map(([index, seenAt]) => [`${index}`, free(seenAt)])));

test('it knows when the last of its people was read', () => {
  expect(DOCUMENT.newestSeenAt).toBe(9);
  expect(shardDocument(new Map()).newestSeenAt).toBe(0);
});

test.each([
  [0, [5, 9]],
  [7, [7, 9]],
  [9, [9]],
  [20, [20]],
])('checked at %i its people were last seen at %j', (checkedAt, times) => {
  expect(lastSeenTimes(DOCUMENT, checkedAt)).toEqual(times);
});

test('readings that say the same stay the same objects, others do not', () => {
  const newer = shardDocument(
    new Map([
      ['0', free(5)],
      ['1', free(9, 2)],
    ]),
  );
  const shared = sharingReadings(newer, DOCUMENT);
  expect(shared.readings.get('0')).toBe(DOCUMENT.readings.get('0'));
  expect(shared.readings.get('1')).toBe(newer.readings.get('1'));
  expect(sharingReadings(newer, undefined)).toBe(newer);
});
