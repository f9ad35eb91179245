import { hash } from 'node:crypto';
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
      expect(decodeDocument('key', encodeDocument('key', document))).toEqual(document);
    }),
  );
});

test('one of 650 people needs several properties', () => {
  const people = Array.from(
    { length: 650 },
    (_, index) => [guid(index), reading(presence('Busy', 'InACall'))] as const,
  );
  const entity = encodeDocument('key', shardDocument(new Map(people)));
  expect(Object.keys(entity).length).toBeGreaterThan(1);
  for (const part of Object.values(entity)) expect(part.length).toBeLessThanOrEqual(32_000);
  expect(decodeDocument('key', entity)?.readings.size).toBe(650);
});

const DOCUMENT = encodeDocument('key', shardDocument(new Map([[guid(1), reading(presence('Busy'))]])));
const PART = DOCUMENT['part00'] ?? '';

test.each([
  ['altered, and well formed', { ...DOCUMENT, part00: PART.replace('Busy', 'Away') }],
  ['cut', { ...DOCUMENT, part00: PART.slice(0, -5) }],
  ['emptied', { ...DOCUMENT, part00: '' }],
  ['written over with what is no text', { ...DOCUMENT, part00: 7 }],
  ['longer than it was', { ...DOCUMENT, part01: ' ' }],
  ['without what tells it from another', { part00: PART }],
])('one that somebody touched is none: %s', (_case, entity) => {
  expect(decodeDocument('key', entity)).toBeUndefined();
});

test('one that was copied to another key is none', () => {
  expect(decodeDocument('key', DOCUMENT)).toBeDefined();
  expect(decodeDocument('other', DOCUMENT)).toBeUndefined();
});

/** As another version may write it. */
const written = (part: string) => ({ digest: hash('sha256', `key ${part}`, 'base64url'), part00: part });

test.each([
  ['no JSON', 'x'],
  ['no list', '{}'],
  ['a moment that cannot be', PART.replace(/,1,/, ',1e99,')],
  ['a text for a number', PART.replace(/,1,/, ',"1",')],
  ['a row that is short', '[["a","b"]]'],
])('one of another form is none: %s', (_case, part) => {
  expect(decodeDocument('key', written(PART))).toBeDefined();
  expect(decodeDocument('key', written(part))).toBeUndefined();
});
