import type { Reading } from '../../domain/presence/reading.ts';
import { type ShardDocument, shardDocument } from '../../domain/presence/shardDocument.ts';

/** A property of an entity holds 64 KiB of UTF-16 (learn.microsoft.com/rest/api/storageservices). */
const PART_CHARACTERS = 32_000;
const PART = /^part\d{2}$/;

/** Bits of a row's flags. */
const OUT_OF_OFFICE = 1;
const AFTER_CALL = 2;

type Row = readonly [
  ...[id: string, availability: string, activity: string, flags: number, sequence: string],
  ...[changedAt: number, availableSince: number, seenAt: number, revision: number],
];

const KINDS = ['string', 'string', 'string', 'number', 'string', 'number', 'number', 'number', 'number'] as const;

function isRow(value: unknown): value is Row {
  return Array.isArray(value) && KINDS.every((kind, index) => typeof value[index] === kind);
}

/** A document as JSON, over as many properties as its length needs. */
export function encodeDocument({ readings }: ShardDocument): Record<string, string> {
  const rows = [...readings].map(
    ([id, { availability, activity, outOfOffice, afterCall, sequence, ...times }]): Row => [
      ...([
        id,
        availability,
        activity,
        (outOfOffice ? OUT_OF_OFFICE : 0) + (afterCall ? AFTER_CALL : 0),
        sequence,
      ] as const),
      ...([times.changedAt, times.availableSince, times.seenAt, times.revision] as const),
    ],
  );
  const json = JSON.stringify(rows);
  const parts: Record<string, string> = {};
  for (let at = 0; at < json.length; at += PART_CHARACTERS) {
    parts[`part${String(at / PART_CHARACTERS).padStart(2, '0')}`] = json.slice(at, at + PART_CHARACTERS);
  }
  return parts;
}

/** Reads a document; undefined when somebody has cut or altered it. */
export function decodeDocument(entity: Readonly<Record<string, unknown>>): ShardDocument | undefined {
  const names = Object.keys(entity)
    .filter(name => PART.test(name))
    .sort();
  let rows: unknown;
  try {
    rows = JSON.parse(names.map(name => entity[name]).join(''));
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
