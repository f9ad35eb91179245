import { createHash } from 'node:crypto';
import { type Agent, isMapped } from '../agents/agent.ts';
import type { AgentIndex } from '../agents/agentIndex.ts';
import { type Freshness, type FreshnessLimits, freshnessOf } from '../presence/freshness.ts';
import { lastSeenAt, lastSeenTimes, type ShardDocument } from '../presence/shardDocument.ts';
import { judge } from '../rules/judge.ts';
import type { RuleSet } from '../rules/ruleSet.ts';
import { type Head, shardStatus } from './head.ts';
import { type DataLevel, presenceRecord, RECORD_FIELDS } from './record.ts';
import { Snapshot, type SnapshotEntry } from './snapshot.ts';

const EPOCH_LENGTH = 8;

export interface SnapshotOptions {
  readonly limits: FreshnessLimits;
  readonly level: DataLevel;
}

/** What a snapshot is made from, besides the moment. */
export interface Published {
  readonly head: Head;
  readonly index: AgentIndex;
  /** The documents that the head names, in the order of its shards. */
  readonly documents: readonly ShardDocument[];
  readonly rules: RuleSet;
}

/** The moment at which a published state is looked at. */
export interface Moment {
  readonly now: number;
  /** For each shard by how many milliseconds the clock lags behind the time that has really passed. */
  readonly clockLags: readonly number[];
}

/** For each shard how fresh its people are, one word for each different time at which they were last seen. */
export function shardFreshness(
  { head, documents }: Pick<Published, 'head' | 'documents'>,
  { now, clockLags }: Moment,
  limits: FreshnessLimits,
): string[] {
  return documents.map((document, shard) =>
    lastSeenTimes(document, shardStatus(head, shard).checkedAt)
      .map(time => freshnessOf(time, now + (clockLags[shard] ?? 0), limits))
      .join('/'),
  );
}

/** Revisions of two tables are not comparable, nor are records that are made of something else or by other rules. */
function snapshotEpoch({ head, rules }: Published, level: DataLevel): string {
  // Rules that are lost are replaced by the default ones, in whichever instance finds them gone.
  const standIn = rules.id === head.rules ? '' : `stand-in ${rules.id}`;
  const parts = [head.epoch, standIn, level, ...RECORD_FIELDS].join('\0');
  return createHash('sha256').update(parts).digest('hex').slice(0, EPOCH_LENGTH);
}

/** Finds the document that holds a person: as a rule the one that held him before. */
function shardFinder(documents: readonly ShardDocument[]) {
  let index: Map<string, number> | undefined;
  return (id: string, before: number): number => {
    if (documents[before]?.readings.has(id)) return before;
    index ??= new Map(
      documents.flatMap(({ readings }, shard) => [...readings.keys()].map(key => [key, shard] as const)),
    );
    return index.get(id) ?? -1;
  };
}

/**
 * The snapshot of a published state at a moment.
 * @param before the snapshot so far: entries of which nothing differs are taken over from it
 */
export function buildSnapshot(
  published: Published,
  moment: Moment,
  { limits, level }: SnapshotOptions,
  before: Snapshot | undefined,
): Snapshot {
  const { head, index, documents, rules } = published;
  const { now, clockLags } = moment;
  const epoch = snapshotEpoch(published, level);
  const old = before?.index === index && before.rules === rules ? before : undefined;
  const shardOf = shardFinder(documents);
  let changed = old?.epoch !== epoch;
  let settledAt = 0;
  let settlesNextAt = Number.POSITIVE_INFINITY;

  function entryOf(agent: Agent, position: number): SnapshotEntry {
    const previous = old?.entries[position];
    const polled = isMapped(agent);
    const shard = polled ? shardOf(agent.objectId, previous?.shard ?? -1) : -1;
    const reading = documents[shard]?.readings.get(agent.objectId);
    let freshness: Freshness = 'unknown';
    if (reading !== undefined) {
      const lastSeen = lastSeenAt(reading, shardStatus(head, shard).checkedAt);
      freshness = freshnessOf(lastSeen, now + (clockLags[shard] ?? 0), limits);
    }
    const same = previous?.reading === reading && previous?.freshness === freshness && previous.shard === shard;
    if (same && previous.settling === now < previous.settlesAt) return previous;
    changed = true;
    const { result, settlesAt } = judge(agent, reading, freshness, rules.compiled, now);
    const record = presenceRecord(agent, reading, freshness, result, level);
    const json = JSON.stringify(record);
    return { shard, reading, freshness, polled, settlesAt, settling: now < settlesAt, record, json };
  }

  const entries = index.agents.map((agent, position) => {
    const entry = entryOf(agent, position);
    if (entry.settling) settlesNextAt = Math.min(settlesNextAt, entry.settlesAt);
    else settledAt = Math.max(settledAt, entry.settlesAt);
    return entry;
  });
  const next = { head, shardFreshness: shardFreshness(published, moment, limits), clockLags };
  if (old !== undefined && !changed) return old.withHead(next);
  return new Snapshot({ ...next, epoch, level, index, rules, entries, settledAt, settlesNextAt });
}
