import type { Reading } from './reading.ts';

/**
 * What is known of the people of one shard, by object id. It is written once and never changed: what is known later
 * stands in another document, and the head says which one counts.
 */
export interface ShardDocument {
  readonly readings: ReadonlyMap<string, Reading>;
  /** The latest time at which one of them was read; 0 when nobody was. */
  readonly newestSeenAt: number;
}

export const EMPTY_DOCUMENT: ShardDocument = { readings: new Map(), newestSeenAt: 0 };

export function shardDocument(readings: ReadonlyMap<string, Reading>): ShardDocument {
  let newestSeenAt = 0;
  for (const { seenAt } of readings.values()) newestSeenAt = Math.max(newestSeenAt, seenAt);
  return { readings, newestSeenAt };
}

/**
 * The document with the reading objects of an older one wherever they say the same, so that what was made from those
 * can be kept.
 */
export function sharingReadings(document: ShardDocument, older: ShardDocument | undefined): ShardDocument {
  if (older === undefined) return document;
  const readings = new Map(document.readings);
  for (const [id, reading] of readings) {
    const known = older.readings.get(id);
    if (known?.revision === reading.revision && known.seenAt === reading.seenAt) readings.set(id, known);
  }
  return { ...document, readings };
}

/** When a reading was last confirmed: by the request that brought it, or by a later one for its whole shard. */
export function lastSeenAt(reading: Pick<Reading, 'seenAt'>, shardCheckedAt: number): number {
  return Math.max(reading.seenAt, shardCheckedAt);
}

/** The different times at which the people of a shard were last seen; as a rule there is one. */
export function lastSeenTimes({ readings, newestSeenAt }: ShardDocument, shardCheckedAt: number): number[] {
  if (shardCheckedAt >= newestSeenAt) return [shardCheckedAt];
  return [...new Set([...readings.values()].map(reading => lastSeenAt(reading, shardCheckedAt)))].sort((a, b) => a - b);
}
