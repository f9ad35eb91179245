import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Snapshot, SnapshotEntry } from './snapshot.ts';

/** What a client knows: opaque to it, and compared part by part here. */
export interface KnownRevision {
  readonly epoch: string;
  readonly revision: number;
  /** Stands for which shards were fresh, stale and unknown: time alone changes records. */
  readonly ages: string;
  /** Up to when changes to free were settled, milliseconds since 1970. */
  readonly settledAt: number;
}

export const BASE = 36;

/** Tells a rebuilt table from the one before. */
export function epochOf(view: Snapshot): string {
  return view.head.epoch.replace(/[^0-9a-z]/gi, '').slice(0, 8) || '0';
}

/** Stands for which shards are fresh, stale and unknown. */
export function freshnessDigest(view: Snapshot): string {
  return createHash('sha256').update(view.ages.join()).digest('hex').slice(0, 6);
}

/** The revision of a view as clients get it: tells one published state from every other, also of a rebuilt table. */
export function revisionText(view: Snapshot): string {
  return [epochOf(view), view.head.revision.toString(BASE), freshnessDigest(view), view.settledAt.toString(BASE)].join(
    '-',
  );
}

/** A revision as a client sends it back; refuses what was never one. An older version left out the last part. */
export const revisionSchema = z
  .string()
  .regex(/^[0-9a-z]{1,8}-[0-9a-z]{1,10}-[0-9a-f]{6}(-[0-9a-z]{1,10})?$/i)
  .transform((text): KnownRevision => {
    const [epoch = '', revision = '', ages = '', settledAt = '0'] = text.split('-');
    return { epoch, revision: Number.parseInt(revision, BASE), ages, settledAt: Number.parseInt(settledAt, BASE) };
  });

/**
 * Tells whether a client that knows a revision has to be told of an entry; undefined when only everything will do:
 * another table, a revision that is too old or was never published, other agents or rules, or shards that became stale
 * or fresh again.
 */
export function changedSince(view: Snapshot, known: KnownRevision): ((entry: SnapshotEntry) => boolean) | undefined {
  const { revision, deltasSince } = view.head;
  const comparable = known.epoch === epochOf(view) && known.ages === freshnessDigest(view);
  if (!comparable || known.revision < deltasSince || known.revision > revision) return undefined;
  // Another instance's clock may have been ahead: who settled there and not yet here is told again as well.
  const from = Math.min(known.settledAt, view.settledAt);
  const to = Math.max(known.settledAt, view.settledAt);
  return ({ row, settlesAt }) => (row?.revision ?? 0) > known.revision || (settlesAt > from && settlesAt <= to);
}
