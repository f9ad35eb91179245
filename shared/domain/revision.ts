import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { PresenceView } from './view.ts';

/** What a client knows: opaque to it, and compared part by part here. */
export interface KnownRevision {
  readonly epoch: string;
  readonly revision: number;
  /** Stands for which shards were fresh, stale and unknown: time alone changes records. */
  readonly ages: string;
}

const BASE = 36;

function epochOf(view: PresenceView): string {
  return view.head.epoch.replace(/[^0-9a-z]/gi, '').slice(0, 8) || '0';
}

function agesOf(view: PresenceView): string {
  return createHash('sha256').update(view.ages.join()).digest('hex').slice(0, 6);
}

/** The revision of a view as clients get it: tells one published state from every other, also of a rebuilt table. */
export function revisionText(view: PresenceView): string {
  return `${epochOf(view)}-${view.head.revision.toString(BASE)}-${agesOf(view)}`;
}

/** A revision as a client sends it back; refuses what was never one. */
export const revisionSchema = z
  .string()
  .regex(/^[0-9a-z]{1,8}-[0-9a-z]{1,10}-[0-9a-f]{6}$/i)
  .transform((text): KnownRevision => {
    const [epoch = '', revision = '', ages = ''] = text.split('-');
    return { epoch, revision: Number.parseInt(revision, BASE), ages };
  });

/**
 * Since which revision rows have to be looked at to bring a client up to date; undefined when only everything will do:
 * another table, a revision that is too old or was never published, other agents, or a passing of time that changed
 * records without changing rows.
 */
export function deltaBasis(view: PresenceView, known: KnownRevision): number | undefined {
  const { revision, completeSince } = view.head;
  const comparable = known.epoch === epochOf(view) && known.ages === agesOf(view);
  return comparable && known.revision >= completeSince && known.revision <= revision ? known.revision : undefined;
}
