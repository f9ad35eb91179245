import { createHash } from 'node:crypto';
import { byAgentId } from '../agents/agent.ts';
import type { AgentIndex } from '../agents/agentIndex.ts';
import { ageSeconds, type Freshness, UNKNOWN_AGE_SECONDS } from '../presence/freshness.ts';
import type { Reading } from '../presence/reading.ts';
import { lastSeenAt } from '../presence/shardDocument.ts';
import type { RuleSet } from '../rules/ruleSet.ts';
import { type Head, shardStatus } from './head.ts';
import type { DataLevel, PresenceRecord } from './record.ts';

/** One agent as answered: the record, and its JSON made once. */
export interface SnapshotEntry {
  /** The shard whose document holds the reading; -1 without one. */
  readonly shard: number;
  readonly reading: Reading | undefined;
  readonly freshness: Freshness;
  /** Whether Teams is asked about this account at all. */
  readonly polled: boolean;
  /** From when on the person counts as free, milliseconds since 1970; 0 when nothing has to settle. */
  readonly settlesAt: number;
  /** Whether that is still to come. */
  readonly settling: boolean;
  readonly record: PresenceRecord;
  readonly json: string;
}

/** What an envelope says of several entries together. */
interface Summary {
  readonly count: number;
  readonly reachableCount: number;
  readonly firstReachable: string;
  readonly stale: 0 | 1;
  /** 0 when Teams tells nothing usable of anybody. */
  readonly known: 0 | 1;
  /** The oldest reading among them; 0 when one was never read, or nobody of them is read at all. */
  readonly checkedAt: number;
  readonly ageSeconds: number;
}

interface ChangeOrder {
  readonly published: readonly SnapshotEntry[];
  readonly settled: readonly SnapshotEntry[];
}

/** What changes from one head or moment to the next although no record does. */
interface SnapshotMoment {
  readonly head: Head;
  /** For each shard which of its people are fresh, stale and unknown. */
  readonly shardFreshness: readonly string[];
  /** For each shard by how many milliseconds the clock lags behind the time that has really passed. */
  readonly clockLags: readonly number[];
}

/** One published state, seen at one moment. */
interface SnapshotState extends SnapshotMoment {
  /** Tells what is comparable: the table's epoch together with what records are made of. */
  readonly epoch: string;
  readonly level: DataLevel;
  readonly index: AgentIndex;
  readonly rules: RuleSet;
  readonly entries: readonly SnapshotEntry[];
  /** The latest moment until now at which somebody's change to free began to count; 0 for none. */
  readonly settledAt: number;
  /** The next such moment; Infinity when nobody is settling. */
  readonly settlesNextAt: number;
}

/** Everything one instance answers with. Immutable. */
export class Snapshot implements SnapshotState {
  readonly epoch: string;
  readonly level: DataLevel;
  readonly head: Head;
  readonly index: AgentIndex;
  readonly rules: RuleSet;
  readonly entries: readonly SnapshotEntry[];
  readonly shardFreshness: readonly string[];
  readonly clockLags: readonly number[];
  readonly settledAt: number;
  readonly settlesNextAt: number;
  #order: ChangeOrder | undefined;
  #json: string | undefined;
  #digest: string | undefined;
  #freshness: string | undefined;
  #totals: Totals | undefined;

  constructor(state: SnapshotState) {
    this.epoch = state.epoch;
    this.level = state.level;
    this.head = state.head;
    this.index = state.index;
    this.rules = state.rules;
    this.entries = state.entries;
    this.shardFreshness = state.shardFreshness;
    this.clockLags = state.clockLags;
    this.settledAt = state.settledAt;
    this.settlesNextAt = state.settlesNextAt;
  }

  /** When the entry's presence was last read; 0 when it never was. */
  checkedAt({ reading, shard }: SnapshotEntry): number {
    return reading === undefined ? 0 : lastSeenAt(reading, shardStatus(this.head, shard).checkedAt);
  }

  /** How old the entry's presence is, in seconds. */
  ageSeconds(entry: SnapshotEntry, now: number): number {
    return ageSeconds(this.checkedAt(entry), now + (this.clockLags[entry.shard] ?? 0));
  }

  /** The revision that made an entry's record what it is; agents and rules change all of them. */
  publishedIn({ reading }: SnapshotEntry): number {
    return Math.max(this.level === 'minimal' ? 0 : (reading?.revision ?? 0), this.head.deltasSince);
  }

  /**
   * The revision that clients are told. Where they are not told what Teams says, neither are they told that something
   * of it changed: only agents and rules change it then, and `digest` tells records from each other.
   */
  get revision(): number {
    return this.level === 'minimal' ? this.head.deltasSince : this.head.revision;
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

  summary(now: number, entries: readonly SnapshotEntry[] = this.entries): Summary {
    if (entries !== this.entries) return this.#summary(totalsOf(entries), now);
    this.#totals ??= totalsOf(entries);
    return this.#summary(this.#totals, now);
  }

  /** Tells the records of the entries from any others; made once for all of them. */
  digest(entries: readonly SnapshotEntry[] = this.entries): string {
    if (entries !== this.entries) return digestOf(this.json(entries));
    this.#digest ??= digestOf(this.json());
    return this.#digest;
  }

  /**
   * Stands for which people are stale and unknown although something is known of them: what time alone changes. Not for
   * that of their shards, because a person who changes shard takes the time of his reading along. Where the revision
   * tells nothing of single people, it stands for all that their records say.
   */
  freshnessDigest(): string {
    this.#freshness ??= this.level === 'minimal' ? hex(this.json()).slice(0, 12) : hex(aged(this.entries)).slice(0, 6);
    return this.#freshness;
  }

  /** The records of the entries, as the inside of a JSON array. */
  json(entries: readonly SnapshotEntry[] = this.entries): string {
    if (entries !== this.entries) return joined(entries);
    this.#json ??= joined(entries);
    return this.#json;
  }

  #summary({ oldestSeen, never, ...counts }: Totals, now: number): Summary {
    if (never || oldestSeen.size === 0) return { ...counts, checkedAt: 0, ageSeconds: UNKNOWN_AGE_SECONDS };
    let [checkedAt, age] = [Number.POSITIVE_INFINITY, 0];
    for (const [shard, seenAt] of oldestSeen) {
      const lastSeen = lastSeenAt({ seenAt }, shardStatus(this.head, shard).checkedAt);
      checkedAt = Math.min(checkedAt, lastSeen);
      age = Math.max(age, ageSeconds(lastSeen, now + (this.clockLags[shard] ?? 0)));
    }
    return { ...counts, checkedAt, ageSeconds: age };
  }

  /** The snapshot of the next head or moment keeps the text when no entry differs. */
  withHead(moment: SnapshotMoment): Snapshot {
    const next = new Snapshot({ ...this, ...moment });
    next.#json = this.#json;
    next.#digest = this.#digest;
    next.#freshness = this.#freshness;
    next.#totals = this.#totals;
    const { deltasSince, revision } = this.head;
    const samePublished = moment.head.deltasSince === deltasSince && moment.head.revision === revision;
    next.#order = samePublished ? this.#order : undefined;
    return next;
  }
}

/** What entries say together, but for the age: that depends on the head. */
interface Totals extends Omit<Summary, 'checkedAt' | 'ageSeconds'> {
  /** For each shard the oldest reading of one of the entries. */
  readonly oldestSeen: ReadonlyMap<number, number>;
  /** Somebody was never read. */
  readonly never: boolean;
}

function totalsOf(entries: readonly SnapshotEntry[]): Totals {
  const oldestSeen = new Map<number, number>();
  let [reachableCount, firstReachable, never, anyPolled] = [0, '', false, false];
  let [stale, known]: [0 | 1, 0 | 1] = [0, 0];
  for (const { record, shard, reading, polled } of entries) {
    if (record.reachable === 1) {
      reachableCount += 1;
      firstReachable ||= record.agentId;
    }
    if (record.stale === 1) stale = 1;
    // Accounts that are not read have no age of their own, and what is known of them must not hide an outage.
    if (!polled) continue;
    anyPolled = true;
    if (record.known === 1) known = 1;
    if (reading === undefined) never = true;
    else oldestSeen.set(shard, Math.min(oldestSeen.get(shard) ?? reading.seenAt, reading.seenAt));
  }
  if (!anyPolled && entries.some(({ record }) => record.known === 1)) known = 1;
  return { count: entries.length, reachableCount, firstReachable, stale, known, oldestSeen, never };
}

const hex = (text: string) => createHash('sha256').update(text).digest('hex');

function digestOf(json: string): string {
  return createHash('sha256').update(json).digest('base64url');
}

function aged(entries: readonly SnapshotEntry[]): string {
  const old = entries.filter(({ reading, freshness }) => reading !== undefined && freshness !== 'fresh');
  return old.map(({ record, freshness }) => `${record.agentId} ${freshness}`).join();
}

function joined(entries: readonly SnapshotEntry[]): string {
  return entries.map(entry => entry.json).join(',');
}
