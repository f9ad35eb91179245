import { createHash } from 'node:crypto';
import { type Agent, byAgentId } from '../agents/agent.ts';
import type { AgentIndex } from '../agents/agentIndex.ts';
import { type Freshness, type FreshnessLimits, freshness } from '../presence/freshness.ts';
import type { PresenceRow } from '../presence/teamsPresence.ts';
import { judge } from '../rules/evaluate.ts';
import type { RuleSet } from '../rules/ruleSet.ts';
import { type Head, shardStatus } from './head.ts';
import { type DataLevel, type PresenceRecord, presenceRecord } from './record.ts';

/** One agent as answered: the record, and its JSON made once. */
export interface SnapshotEntry {
  readonly shard: number;
  readonly row: PresenceRow | undefined;
  readonly freshness: Freshness;
  /** From when on the person counts as free, milliseconds since 1970; 0 when nothing has to settle. */
  readonly settlesAt: number;
  /** Whether that is still to come. */
  readonly settling: boolean;
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

export interface SnapshotOptions {
  readonly limits: FreshnessLimits;
  readonly level: DataLevel;
}

/** The rows of each shard by object id. */
export type RowsByShard = readonly ReadonlyMap<string, PresenceRow>[];

interface ChangeOrder {
  readonly published: readonly SnapshotEntry[];
  readonly settled: readonly SnapshotEntry[];
}

/** One published state, seen at one moment. */
export interface SnapshotState {
  readonly head: Head;
  readonly index: AgentIndex;
  readonly rules: RuleSet;
  readonly entries: readonly SnapshotEntry[];
  readonly ages: readonly Freshness[];
  /** The latest moment until now at which somebody's change to free began to count; 0 for none. */
  readonly settledAt: number;
  /** The next such moment; Infinity when nobody is settling. */
  readonly settlesNextAt: number;
}

/** Everything one instance answers with. Immutable. */
export class Snapshot implements SnapshotState {
  readonly head: Head;
  readonly index: AgentIndex;
  readonly rules: RuleSet;
  readonly entries: readonly SnapshotEntry[];
  readonly ages: readonly Freshness[];
  readonly settledAt: number;
  readonly settlesNextAt: number;
  #order: ChangeOrder | undefined;
  #json: string | undefined;
  #digest: string | undefined;
  #totals: Totals | undefined;

  constructor(state: SnapshotState) {
    this.head = state.head;
    this.index = state.index;
    this.rules = state.rules;
    this.entries = state.entries;
    this.ages = state.ages;
    this.settledAt = state.settledAt;
    this.settlesNextAt = state.settlesNextAt;
  }

  /** When the entry's presence was last read; 0 when it never was. */
  checkedAt(entry: SnapshotEntry): number {
    return entry.row === undefined ? 0 : shardStatus(this.head, entry.shard).checkedAt;
  }

  /** The revision that made an entry's record what it is; agents and rules change all of them. */
  publishedIn({ row }: SnapshotEntry): number {
    // A row may have been read before the head that publishes it: then it is told again with that head.
    return Math.max(Math.min(row?.revision ?? 0, this.head.revision), this.head.deltasSince);
  }

  /** The entries in the order in which they changed; made once, for clients that go through them one by one. */
  changeOrder(): ChangeOrder {
    const byId = (a: SnapshotEntry, b: SnapshotEntry) => byAgentId(a.record, b.record);
    this.#order ??= {
      published: [...this.entries].sort((a, b) => this.publishedIn(a) - this.publishedIn(b) || byId(a, b)),
      settled: this.entries
        .filter(entry => entry.settlesAt > 0 && !entry.settling)
        .sort((a, b) => a.settlesAt - b.settlesAt || byId(a, b)),
    };
    return this.#order;
  }

  summary(entries: readonly SnapshotEntry[] = this.entries): Summary {
    if (entries !== this.entries) return this.#summary(totalsOf(entries));
    this.#totals ??= totalsOf(entries);
    return this.#summary(this.#totals);
  }

  /** Tells the records of the entries from any others; made once for all of them. */
  digest(entries: readonly SnapshotEntry[] = this.entries): string {
    if (entries !== this.entries) return digestOf(this.json(entries));
    this.#digest ??= digestOf(this.json());
    return this.#digest;
  }

  /** The records of the entries, as the inside of a JSON array. */
  json(entries: readonly SnapshotEntry[] = this.entries): string {
    if (entries !== this.entries) return joined(entries);
    this.#json ??= joined(entries);
    return this.#json;
  }

  #summary({ shards, never, ...counts }: Totals): Summary {
    const read = [...shards].map(shard => shardStatus(this.head, shard).checkedAt);
    return { ...counts, checkedAt: never || read.length === 0 ? 0 : Math.min(...read) };
  }

  /** The view of the next head or moment keeps the text when no entry differs. */
  at(head: Head, ages: readonly Freshness[]): Snapshot {
    const view = new Snapshot({ ...this, head, ages });
    view.#json = this.#json;
    view.#digest = this.#digest;
    view.#totals = this.#totals;
    const samePublished = head.deltasSince === this.head.deltasSince && head.revision === this.head.revision;
    view.#order = samePublished ? this.#order : undefined;
    return view;
  }
}

/** What entries say together, but for the age: that stands in the head. */
interface Totals extends Omit<Summary, 'checkedAt'> {
  readonly shards: ReadonlySet<number>;
  /** Somebody was never read. */
  readonly never: boolean;
}

function totalsOf(entries: readonly SnapshotEntry[]): Totals {
  const shards = new Set<number>();
  let [reachableCount, firstReachable, stale, never] = [0, '', 0 as 0 | 1, false];
  for (const { record, shard, row } of entries) {
    if (record.reachable === 1) {
      reachableCount += 1;
      firstReachable ||= record.agentId;
    }
    if (record.stale === 1) stale = 1;
    // Accounts that are not read have no age of their own and must not hide the others'.
    if (shard < 0) continue;
    shards.add(shard);
    if (row === undefined) never = true;
  }
  return { count: entries.length, reachableCount, firstReachable, stale, shards, never };
}

function digestOf(json: string): string {
  return createHash('sha256').update(json).digest('base64url');
}

function joined(entries: readonly SnapshotEntry[]): string {
  return entries.map(entry => entry.json).join(',');
}

export function shardFreshness(head: Head, now: number, limits: FreshnessLimits): Freshness[] {
  return head.shards.map(stamp => freshness(stamp.checkedAt, now, limits));
}

/** What a view is made from, besides the moment. */
export interface Published {
  readonly head: Head;
  readonly index: AgentIndex;
  readonly rows: RowsByShard;
  readonly rules: RuleSet;
}

/**
 * The view of a published state at a moment.
 * @param before the view so far: entries of which nothing differs are taken over from it
 */
export function buildSnapshot(
  { head, index, rows, rules }: Published,
  now: number,
  { limits, level }: SnapshotOptions,
  before: Snapshot | undefined,
): Snapshot {
  const ages = shardFreshness(head, now, limits);
  const old = before?.index === index && before.rules === rules ? before : undefined;
  let changed = old === undefined;
  let settledAt = 0;
  let settlesNextAt = Number.POSITIVE_INFINITY;

  function answered(agent: Agent, position: number): SnapshotEntry {
    const row = rows[agent.shard]?.get(agent.objectId);
    const age = row === undefined ? 'unknown' : (ages[agent.shard] ?? 'unknown');
    const previous = old?.entries[position];
    const same = previous !== undefined && previous.row === row && previous.freshness === age;
    if (same && previous.settling === now < previous.settlesAt) return previous;
    changed = true;
    const { result, settlesAt } = judge(agent, row, age, rules.compiled, now);
    const record = presenceRecord(agent, row, age, result, level);
    const json = JSON.stringify(record);
    return { shard: agent.shard, row, freshness: age, settlesAt, settling: now < settlesAt, record, json };
  }

  const entries = index.agents.map((agent, position) => {
    const entry = answered(agent, position);
    if (entry.settling) settlesNextAt = Math.min(settlesNextAt, entry.settlesAt);
    else settledAt = Math.max(settledAt, entry.settlesAt);
    return entry;
  });
  if (old !== undefined && !changed) return old.at(head, ages);
  return new Snapshot({ head, index, rules, entries, ages, settledAt, settlesNextAt });
}
