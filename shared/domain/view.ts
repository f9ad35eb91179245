import { createHash } from 'node:crypto';
import type { AgentIndex } from './agentIndex.ts';
import { type Freshness, type FreshnessLimits, freshness } from './freshness.ts';
import { type Head, shardStamp } from './head.ts';
import type { PresenceRow } from './presence.ts';
import { type DataLevel, type PresenceRecord, presenceRecord } from './record.ts';
import type { Rule } from './rules.ts';

/** One agent as answered: the record, and its JSON made once. */
export interface AnsweredAgent {
  readonly shard: number;
  readonly row: PresenceRow | undefined;
  readonly freshness: Freshness;
  readonly record: PresenceRecord;
  readonly json: string;
}

/** What an envelope says of several entries together. */
export interface Summary {
  readonly count: number;
  readonly reachableCount: number;
  readonly firstReachable: string;
  readonly stale: 0 | 1;
  /** The oldest reading among them; 0 when one was never read, or nobody of them is read at all. */
  readonly checkedAt: number;
}

export interface ViewOptions {
  readonly limits: FreshnessLimits;
  readonly rules: readonly Rule[];
  readonly level: DataLevel;
}

/** The rows of each shard by object id. */
export type RowsByShard = readonly ReadonlyMap<string, PresenceRow>[];

/** Everything one instance answers with: one published state, seen at one moment. Immutable. */
export class PresenceView {
  readonly head: Head;
  readonly index: AgentIndex;
  readonly entries: readonly AnsweredAgent[];
  readonly ages: readonly Freshness[];
  #json: string | undefined;
  #digest: string | undefined;
  #summary: Summary | undefined;

  constructor(head: Head, index: AgentIndex, entries: readonly AnsweredAgent[], ages: readonly Freshness[]) {
    this.head = head;
    this.index = index;
    this.entries = entries;
    this.ages = ages;
  }

  /** When the entry's presence was last read; 0 when it never was. */
  checkedAt(entry: AnsweredAgent): number {
    return entry.row === undefined ? 0 : shardStamp(this.head, entry.shard).checkedAt;
  }

  summary(entries: readonly AnsweredAgent[] = this.entries): Summary {
    if (entries !== this.entries) return this.#summarize(entries);
    this.#summary ??= this.#summarize(entries);
    return this.#summary;
  }

  /** Tells the records of the entries from any others; made once for all of them. */
  digest(entries: readonly AnsweredAgent[] = this.entries): string {
    if (entries !== this.entries) return digestOf(this.json(entries));
    this.#digest ??= digestOf(this.json());
    return this.#digest;
  }

  /** The records of the entries, as the inside of a JSON array. */
  json(entries: readonly AnsweredAgent[] = this.entries): string {
    if (entries !== this.entries) return joined(entries);
    this.#json ??= joined(entries);
    return this.#json;
  }

  #summarize(entries: readonly AnsweredAgent[]): Summary {
    let reachableCount = 0;
    let firstReachable = '';
    let stale: 0 | 1 = 0;
    let checkedAt = Number.POSITIVE_INFINITY;
    for (const entry of entries) {
      if (entry.record.reachable === 1) {
        reachableCount += 1;
        firstReachable ||= entry.record.agentId;
      }
      if (entry.record.stale === 1) stale = 1;
      // Accounts that are not read have no age of their own and must not hide the others'.
      if (entry.shard >= 0) checkedAt = Math.min(checkedAt, this.checkedAt(entry));
    }
    if (checkedAt === Number.POSITIVE_INFINITY) checkedAt = 0;
    return { count: entries.length, reachableCount, firstReachable, stale, checkedAt };
  }

  /** The view of the next head or moment keeps the text when no entry differs. */
  at(head: Head, ages: readonly Freshness[]): PresenceView {
    const view = new PresenceView(head, this.index, this.entries, ages);
    view.#json = this.#json;
    view.#digest = this.#digest;
    return view;
  }
}

function digestOf(json: string): string {
  return createHash('sha256').update(json).digest('base64url');
}

function joined(entries: readonly AnsweredAgent[]): string {
  return entries.map(entry => entry.json).join(',');
}

export function shardAges(head: Head, now: number, limits: FreshnessLimits): Freshness[] {
  return head.shards.map(stamp => freshness(stamp.checkedAt, now, limits));
}

/**
 * The view of a published state at a moment.
 * @param before the view so far: entries whose agent, row and freshness are the same are taken over from it
 */
export function buildView(
  head: Head,
  index: AgentIndex,
  rows: RowsByShard,
  ages: readonly Freshness[],
  { rules, level }: ViewOptions,
  before: PresenceView | undefined,
): PresenceView {
  const old = before?.index === index ? before : undefined;
  let changed = old === undefined;
  const entries = index.agents.map((agent, position): AnsweredAgent => {
    const row = rows[agent.shard]?.get(agent.objectId);
    const age = row === undefined ? 'unknown' : (ages[agent.shard] ?? 'unknown');
    const previous = old?.entries[position];
    if (previous !== undefined && previous.row === row && previous.freshness === age) return previous;
    changed = true;
    const record = presenceRecord(agent, row, age, rules, level);
    return { shard: agent.shard, row, freshness: age, record, json: JSON.stringify(record) };
  });
  return old === undefined || changed ? new PresenceView(head, index, entries, ages) : old.at(head, ages);
}
