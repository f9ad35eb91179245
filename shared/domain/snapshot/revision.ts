import * as z from 'zod';
import type { Snapshot, SnapshotEntry } from './snapshot.ts';

/** What a client knows: opaque to it, and compared part by part here. */
export interface KnownRevision {
  readonly epoch: string;
  readonly revision: number;
  /** Stands for which people were fresh, stale and unknown: time alone changes records. */
  readonly freshness: string;
  /** Up to when changes to free were settled, milliseconds since 1970. */
  readonly settledAt: number;
}

export const BASE = 36;

/** The revision of a snapshot as clients get it: tells one published state from every other, also of a rebuilt table. */
export function revisionText(snapshot: Snapshot): string {
  const numbers = [snapshot.revision, snapshot.settledAt].map(number => number.toString(BASE));
  return [snapshot.epoch, numbers[0], snapshot.freshnessDigest(), numbers[1]].join('-');
}

/** A revision as a client sends it back; refuses what was never one. */
export const revisionSchema = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-z]{1,10}-[0-9a-f]{6,12}-[0-9a-z]{1,10}$/i)
  .transform((text): KnownRevision => {
    const [epoch = '', revision = '', digest = '', settledAt = ''] = text.toLowerCase().split('-');
    const [number, settled] = [Number.parseInt(revision, BASE), Number.parseInt(settledAt, BASE)];
    return { epoch, revision: number, freshness: digest, settledAt: settled };
  });

/**
 * Tells whether a client that knows a revision has to be told of an entry; undefined when only everything will do:
 * another table, a revision that is too old or was never published, other agents or rules, or people who became stale
 * or fresh again.
 */
export function changedSince(
  snapshot: Snapshot,
  known: KnownRevision,
): ((entry: SnapshotEntry) => boolean) | undefined {
  const { revision } = snapshot;
  const { deltasSince } = snapshot.head;
  const comparable = known.epoch === snapshot.epoch && known.freshness === snapshot.freshnessDigest();
  if (!comparable || known.revision < deltasSince || known.revision > revision) return undefined;
  // Another instance's clock may have been ahead: who settled there and not yet here is told again as well.
  const from = Math.min(known.settledAt, snapshot.settledAt);
  const to = Math.max(known.settledAt, snapshot.settledAt);
  return entry => snapshot.publishedIn(entry) > known.revision || (entry.settlesAt > from && entry.settlesAt <= to);
}
