import { credible } from './freshness.ts';
import { compareReading, newReading, type Reading } from './reading.ts';
import { lastSeenAt, type ShardDocument } from './shardDocument.ts';
import { MISSING_PRESENCE, type TeamsPresence } from './teamsPresence.ts';

/** A document together with when everybody in it was last read. */
interface KnownShard {
  readonly document: ShardDocument;
  readonly checkedAt: number;
}

/** What Graph answered for a shard; somebody it left out is unknown. */
interface ShardAnswer {
  readonly presences: ReadonlyMap<string, TeamsPresence>;
  /** The instant before the request was sent. */
  readonly sentAt: number;
}

interface Known {
  readonly reading: Reading;
  readonly lastSeenAt: number;
}

/** What is known of people, whichever shard they were in so far: the newest reading counts. */
export class KnownReadings {
  readonly #shards: readonly KnownShard[];
  readonly #now: number;
  #shardsOf: Map<string, number[]> | undefined;

  constructor(shards: readonly KnownShard[], now: number) {
    this.#shards = shards;
    this.#now = now;
  }

  /** @param shard where the person is most likely */
  find(id: string, shard: number): Known | undefined {
    const here = this.#at(id, shard);
    if (here !== undefined) return here;
    // People are in one document, but for those who are about to move: only they are looked for everywhere.
    this.#shardsOf ??= this.#index();
    const elsewhere = (this.#shardsOf.get(id) ?? []).flatMap(index => this.#at(id, index) ?? []);
    return elsewhere.sort((a, b) => b.lastSeenAt - a.lastSeenAt)[0];
  }

  #at(id: string, shard: number): Known | undefined {
    const known = this.#shards[shard];
    const reading = known?.document.readings.get(id);
    if (known === undefined || reading === undefined) return undefined;
    const seenAt = credible(reading.seenAt, this.#now);
    return { reading, lastSeenAt: lastSeenAt({ seenAt }, credible(known.checkedAt, this.#now)) };
  }

  #index(): Map<string, number[]> {
    const index = new Map<string, number[]>();
    for (const [shard, { document }] of this.#shards.entries()) {
      for (const id of document.readings.keys()) index.set(id, [...(index.get(id) ?? []), shard]);
    }
    return index;
  }
}

export interface NextDocument {
  /** Undefined when the document in force still says everything. */
  readonly readings: ReadonlyMap<string, Reading> | undefined;
  /** Who was in the document in force and is no member any more. */
  readonly left: readonly string[];
  /** People of whom Teams says something new. */
  readonly changed: number;
  /** Answers of a later request that carried a lower version stamp. */
  readonly sequenceRegressions: number;
}

/**
 * What is known of the members of a shard after a cycle.
 * @param answer undefined when the shard was not read: then what is known of its members is carried on
 */
export function nextDocument(
  shard: number,
  members: readonly string[],
  known: { readonly document: ShardDocument; readonly everybody: KnownReadings },
  answer: ShardAnswer | undefined,
  revision: number,
): NextDocument {
  const readings = new Map<string, Reading>();
  let [changed, sequenceRegressions] = [0, 0];
  let moved = false;
  for (const id of members) {
    const before = known.everybody.find(id, shard);
    const stays = before !== undefined && known.document.readings.get(id) === before.reading;
    const seen = answer && (answer.presences.get(id) ?? MISSING_PRESENCE);
    const observation = seen && compareReading(before?.reading, before?.lastSeenAt ?? 0, seen, answer.sentAt);
    if (answer !== undefined && seen !== undefined && observation === 'changed') {
      readings.set(id, newReading(before?.reading, seen, answer.sentAt, revision));
      changed += 1;
      if (before !== undefined && seen.sequence !== '' && seen.sequence < before.reading.sequence)
        sequenceRegressions += 1;
    } else if (before !== undefined) {
      // A document that is written anew has been confirmed by this answer at most: what was known earlier to be newer,
      // or in another document, is written down with the reading.
      const confirmed = stays && before.lastSeenAt <= (answer?.sentAt ?? 0);
      readings.set(id, confirmed ? before.reading : { ...before.reading, seenAt: before.lastSeenAt });
      moved ||= !stays;
    }
  }
  const left = [...known.document.readings.keys()].filter(id => !readings.has(id));
  const rewritten = changed > 0 || moved || left.length > 0;
  return { readings: rewritten ? readings : undefined, left, changed, sequenceRegressions };
}
