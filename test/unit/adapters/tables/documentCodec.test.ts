import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeDocument, encodeDocument } from '../../../../shared/adapters/tables/documentCodec.ts';
import { shardDocument } from '../../../../shared/domain/presence/shardDocument.ts';
import { guid, presence, reading } from '../../../support/builders.ts';

const moment = fc.nat(2_000_000_000);
const READING = fc.record({
  availability: fc.string(),
  activity: fc.string(),
  outOfOffice: fc.boolean(),
  afterCall: fc.boolean(),
  sequence: fc.string(),
  changedAt: moment,
  availableSince: moment,
  seenAt: moment,
  revision: moment,
});

test('a document comes back as it was written, whatever Teams said', () => {
  fc.assert(
    fc.property(fc.array(READING, { maxLength: 5 }), readings => {
      const document = shardDocument(new Map(readings.map((of, index) => [guid(index), of])));
      expect(decodeDocument(encodeDocument(document))).toEqual(document);
    }),
  );
});

test('one of 650 people needs several properties', () => {
  const people = Array.from(
    { length: 650 },
    (_, index) => [guid(index), reading(presence('Busy', 'InACall'))] as const,
  );
  const entity = encodeDocument(shardDocument(new Map(people)));
  expect(Object.keys(entity).length).toBeGreaterThan(1);
  for (const part of Object.values(entity)) expect(part.length).toBeLessThanOrEqual(32_000);
  expect(decodeDocument(entity)?.readings.size).toBe(650);
});

const [PART = ''] = Object.values(encodeDocument(shardDocument(new Map([[guid(1), reading(presence('Busy'))]]))));
test.each([
  ['cut', PART.slice(0, -5)],
  ['no JSON', 'x'],
  ['no list', '{}'],
  ['a moment that cannot be', PART.replace(/,1,/, ',1e99,')],
  ['a text for a number', PART.replace(/,1,/, ',"1",')],
  ['a row that is short', '[["a","b"]]'],
])('one that somebody altered is none: %s', (_case, part) => {
  expect(decodeDocument({ part00: part })).toBeUndefined();
});
