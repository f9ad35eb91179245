import { hash } from 'node:crypto';
import type { Reading } from '../../domain/presence/reading.ts';
import { type ShardDocument, shardDocument } from '../../domain/presence/shardDocument.ts';
import { LAST_MOMENT } from '../../lib/clock.ts';
import { isCredible, LAST_REVISION } from './bounds.ts';
import { joinText, splitText } from './longText.ts';

const PART = 'part';

/** Tells a document from one that somebody altered, or copied to another key. */
const digestOf = (key: string, text: string) => hash('sha256', `${key} ${text}`, 'base64url');

/** Bits of a row's flags. */
const OUT_OF_OFFICE = 1;
const AFTER_CALL = 2;

type Row = readonly [
  ...[id: string, availability: string, activity: string, flags: number, sequence: string],
  ...[changedAt: number, availableSince: number, seenAt: number, revision: number],
];

const TEXTS = [0, 1, 2, 4];
const FLAGS = 3;
const MOMENTS = [5, 6, 7];
const REVISION = 8;

function isRow(value: unknown): value is Row {
  return (
    Array.isArray(value) &&
    TEXTS.every(index => typeof value[index] === 'string') &&
    Number.isInteger(value[FLAGS]) &&
    MOMENTS.every(index => isCredible(value[index], LAST_MOMENT)) &&
    isCredible(value[REVISION], LAST_REVISION)
  );
}

/**
 * A document as JSON, over as many properties as its length needs.
 * @param key under which it is stored
 */
export function encodeDocument(key: string, { readings }: ShardDocument): Record<string, string> {
  const rows = [...readings].map(([id, reading]): Row => {
    const { availability, activity, outOfOffice, afterCall, sequence, changedAt, availableSince, seenAt, revision } =
      reading;
    const flags = (outOfOffice ? OUT_OF_OFFICE : 0) + (afterCall ? AFTER_CALL : 0);
    return [id, availability, activity, flags, sequence, changedAt, availableSince, seenAt, revision];
  });
  const text = JSON.stringify(rows);
  return { digest: digestOf(key, text), ...splitText(PART, text) };
}

/** Reads the document of a key; undefined when somebody has cut or altered it. */
export function decodeDocument(key: string, entity: Readonly<Record<string, unknown>>): ShardDocument | undefined {
  const text = joinText(PART, entity);
  if (entity['digest'] !== digestOf(key, text)) return undefined;
  let rows: unknown;
  try {
    rows = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(rows) || !rows.every(isRow)) return undefined;
  return shardDocument(
    new Map(
      rows.map(([id, availability, activity, flags, sequence, changedAt, availableSince, seenAt, revision]) => {
        const times = { changedAt, availableSince, seenAt, revision };
        const seen = { availability, activity, outOfOffice: (flags & OUT_OF_OFFICE) !== 0, sequence };
        const reading: Reading = { ...seen, afterCall: (flags & AFTER_CALL) !== 0, ...times };
        return [id, reading] as const;
      }),
    ),
  );
}
