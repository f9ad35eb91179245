import { AgentIndex } from '../../domain/agents/agentIndex.ts';
import { boundedMap } from '../../domain/boundedMap.ts';
import type { PresenceRow } from '../../domain/presence/teamsPresence.ts';
import type { RuleSet } from '../../domain/rules/ruleSet.ts';
import { type Head, newHead } from '../../domain/snapshot/head.ts';
import {
  buildSnapshot,
  type Published,
  type Snapshot,
  type SnapshotOptions,
  shardFreshness,
} from '../../domain/snapshot/snapshot.ts';
import { StoreConflictError, StoreUnavailableError } from '../../errors/errors.ts';
import type { Clock, Sleep } from '../../lib/clock.ts';
import { retryConflicts } from '../../lib/retryConflicts.ts';
import { withTimeout } from '../../lib/withTimeout.ts';
import type { StoredHead } from '../../ports/presenceStore.ts';
import { readHeadWithAgents, remainingAgents } from '../state/readAgents.ts';
import type { Stores } from '../state/readOrCreateHead.ts';
import { readRules } from '../state/readRules.ts';

/** Concurrent pulls share one reading of the head; it is used again for this long. */
const HEAD_REUSE_MS = 500;
/** From this age on a pull starts the next reading without waiting for it: under a steady load nobody ever waits. */
const REFRESH_AFTER_MS = 250;
/** A pull waits this long for the tables; then it is answered from the copy. */
const PATIENCE_MS = 2_500;
const CONCURRENT_LOADS = 8;
const ATTEMPTS = 3;

export interface ReaderDeps extends Stores {
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly options: SnapshotOptions;
}

export interface PresenceReader {
  /**
   * The state that is published now, or the last one known together with the fault that hides the newest.
   * @param options `fresh`: not with a head that was read before
   * @throws the fault when this instance has no copy: StoreUnavailableError, SchemaTooNewError
   */
  read(options?: { fresh: boolean }): Promise<{ readonly view: Snapshot; readonly fault: unknown }>;
}

interface Copy extends Published {
  readonly rows: ReadonlyMap<string, PresenceRow>[];
}

/** Answers from memory; asks the tables for the head, and for what the head says has changed. */
export function presenceReader({ presence, agents, rules, clock, sleep, options }: ReaderDeps): PresenceReader {
  let copy: Copy | undefined;
  let view: Snapshot | undefined;
  /** What the view was made from. */
  let viewed: Copy | undefined;
  /** When the tables were last asked, and what went wrong then. */
  let asked: { at: number; fault: unknown } | undefined;
  /** A reading is under way that nobody waits for any more. */
  let overdue = false;
  let refreshing: Promise<void> | undefined;

  /** Nobody has polled yet, or the table was deleted: the agents are known all the same. */
  async function publishedHead(): Promise<StoredHead> {
    return (
      (await presence.readHead()) ?? { head: newHead('', await agents.current(), await rules.current()), etag: '' }
    );
  }

  /** Rules that were replaced between the head and their reading are gone: then the head is read again. */
  async function load(): Promise<Copy> {
    return retryConflicts(ATTEMPTS, async attempt => {
      const loaded = await loadOnce();
      const lost = loaded.rules.id !== loaded.head.rules;
      if (lost && attempt < ATTEMPTS && (await publishedHead()).head.rules !== loaded.head.rules) {
        throw new StoreConflictError('The rules were replaced while being read.');
      }
      return loaded;
    });
  }

  async function loadOnce(): Promise<Copy> {
    const stored = await publishedHead();
    const { head } = stored;
    if (copy?.head.epoch === head.epoch && copy.head.agents.id === head.agents.id) {
      return { head, index: copy.index, rows: await loadRows(head, copy), rules: await loadRules(head) };
    }
    const found = await readHeadWithAgents(agents, publishedHead, stored).catch(async error => {
      if (!(error instanceof StoreConflictError)) throw error;
      // The next poll mends the head; until then those who are left are answered for.
      return { stored: await publishedHead(), ...(await remainingAgents(agents)) };
    });
    const index = new AgentIndex(found.agents);
    const named = found.stored.head;
    return { head: named, index, rows: await loadRows(named, undefined), rules: await loadRules(named) };
  }

  async function loadRules(head: Head): Promise<RuleSet> {
    return copy !== undefined && copy.head.rules === head.rules ? copy.rules : readRules(rules, head.rules);
  }

  async function loadRows(head: Head, same: Copy | undefined): Promise<ReadonlyMap<string, PresenceRow>[]> {
    return boundedMap([...head.shards.entries()], CONCURRENT_LOADS, async ([shard, stamp]) => {
      const known = same?.rows[shard];
      if (known !== undefined && same?.head.shards[shard]?.revision === stamp.revision) return known;
      const { rows } = await presence.readShard(shard);
      return new Map(rows.map(row => [row.userId, sameRow(known?.get(row.userId), row)]));
    });
  }

  async function readTables(): Promise<void> {
    const at = clock();
    try {
      copy = await load();
      asked = { at, fault: undefined };
    } catch (error) {
      asked = { at, fault: error };
      throw error;
    } finally {
      overdue = false;
      refreshing = undefined;
    }
  }

  function refresh(): Promise<void> {
    refreshing ??= readTables();
    return refreshing;
  }

  /** A reading that is under way may have seen the head from before: this one begins after it. */
  async function refreshAnew(): Promise<void> {
    await refreshing?.catch(() => undefined);
    return refresh();
  }

  function refreshInTime(work: Promise<void>): Promise<void> {
    return withTimeout(PATIENCE_MS, sleep, work, () => {
      overdue = true;
      throw tooLate();
    });
  }

  /** Why the copy could not be brought up to date; undefined when it was. */
  async function bringUpToDate(fresh: boolean): Promise<unknown> {
    if (overdue) return tooLate();
    const age = asked === undefined || fresh ? Number.POSITIVE_INFINITY : clock() - asked.at;
    if (age < HEAD_REUSE_MS) {
      // What goes wrong in the background is kept for the pull that asks next.
      if (age >= REFRESH_AFTER_MS && asked?.fault === undefined) refresh().catch(() => undefined);
      return asked?.fault;
    }
    try {
      await refreshInTime(fresh ? refreshAnew() : refresh());
      return undefined;
    } catch (error) {
      return error;
    }
  }

  /** Whether no record differs: the same agents, rules and rows, and time has changed nothing either. */
  function stands(known: Snapshot, from: Copy, now: number): boolean {
    const ages = shardFreshness(from.head, now, options.limits);
    const same = ages.length === known.ages.length && ages.every((age, shard) => age === known.ages[shard]);
    return same && now < known.settlesNextAt && (from === viewed || sameContent(from, viewed));
  }

  function currentView(from: Copy, now: number): Snapshot {
    if (view === undefined || !stands(view, from, now)) view = buildSnapshot(from, now, options, view);
    else if (view.head !== from.head) view = view.at(from.head, view.ages);
    viewed = from;
    return view;
  }

  return {
    async read({ fresh } = { fresh: false }) {
      const fault = await bringUpToDate(fresh);
      if (copy === undefined) throw fault;
      return { view: currentView(copy, clock()), fault };
    },
  };
}

/** What was not read again is the same object. */
function sameContent(a: Copy, b: Copy | undefined): boolean {
  if (b === undefined || a.index !== b.index || a.rules !== b.rules || a.head.epoch !== b.head.epoch) return false;
  return a.rows.length === b.rows.length && a.rows.every((rows, shard) => rows === b.rows[shard]);
}

function tooLate(): StoreUnavailableError {
  return new StoreUnavailableError('Table Storage did not answer in time.');
}

/** The known row when it was not written again, so that what was made from it can be kept. */
function sameRow(known: PresenceRow | undefined, row: PresenceRow): PresenceRow {
  return known !== undefined && known.revision === row.revision && known.observedAt === row.observedAt ? known : row;
}
