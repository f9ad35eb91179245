import { randomUUID } from 'node:crypto';
import pLimit from 'p-limit';
import type { AgentsVersion } from '../../domain/agents/agent.ts';
import { isFromFuture } from '../../domain/presence/freshness.ts';
import {
  compareObservation,
  MISSING_PRESENCE,
  observedRow,
  type PresenceRow,
} from '../../domain/presence/teamsPresence.ts';
import { type Head, type PollReport, type ShardStatus, shardStatus } from '../../domain/snapshot/head.ts';
import type { Clock, Sleep } from '../../lib/clock.ts';
import { retryConflicts } from '../../lib/retryConflicts.ts';
import type { PresenceStore, RowChanges, StoredHead } from '../../ports/presenceStore.ts';
import type { ShardOutcome } from './readShards.ts';
import type { RowMemory } from './shardCache.ts';

const ATTEMPTS = 5;
const CONCURRENT_WRITES = 4;
/** How long a poller that announced to be writing is given to publish, before its shards are taken over. */
const PATIENCE_STEPS = 4;
const PATIENCE_STEP_MS = 250;

/** Everything one cycle learned, to be published together. */
export interface Cycle {
  readonly agents: AgentsVersion;
  /** The ids each shard reads. */
  readonly members: readonly (readonly string[])[];
  readonly outcomes: readonly ShardOutcome[];
  readonly report: PollReport;
}

export interface Published {
  /** False when the agents were replaced meanwhile: what was read belongs to shards that are no more. */
  readonly published: boolean;
  readonly changed: number;
  /** Results of a later request that carried a lower version stamp. */
  readonly sequenceRegressions: number;
}

export interface Publisher {
  readonly store: PresenceStore;
  readonly memory: RowMemory;
  readonly clock: Clock;
  readonly sleep: Sleep;
}

interface ShardPlan extends RowChanges {
  readonly shard: number;
}

/**
 * Publishes a cycle: announces in the head that rows are about to be written, writes the rows that changed, then
 * replaces the head. A cycle without changes replaces the head and nothing else.
 *
 * Each step can be the last one of a process that dies. Then the announcement stands, and the next poller takes every
 * shard over (so that a merely slow writer can write no more), reads it, and publishes it under a new revision.
 *
 * @throws StoreUnavailableError; StoreConflictError after losing the head again and again
 */
export async function publishCycle(publisher: Publisher, first: StoredHead, cycle: Cycle): Promise<Published> {
  const { store, memory, sleep } = publisher;
  const announcement = randomUUID();
  return retryConflicts(ATTEMPTS, async attempt => {
    try {
      const current = attempt === 1 ? first : await patientHead(store, sleep, announcement);
      if (current === undefined || current.head.agents.id !== cycle.agents.id) {
        return { published: false, changed: 0, sequenceRegressions: 0 };
      }
      return await tryPublish(publisher, current, cycle, announcement);
    } catch (error) {
      memory.forget();
      throw error;
    }
  });
}

/** The head, once no other poller is busy writing or its time to publish is over. */
export async function patientHead(store: PresenceStore, sleep: Sleep, own = ''): Promise<StoredHead | undefined> {
  let stored = await store.readHead();
  for (let step = 0; step < PATIENCE_STEPS && stored?.head.writing && stored.head.writing !== own; step += 1) {
    await sleep(PATIENCE_STEP_MS);
    stored = await store.readHead();
  }
  return stored;
}

async function tryPublish(
  { store, memory, clock }: Publisher,
  { head, etag }: StoredHead,
  cycle: Cycle,
  announcement: string,
): Promise<Published> {
  // Taken after the head was read: nothing in it can be newer, but by the difference of two clocks.
  const now = clock();
  const tookOver = await memory.load(head, Math.max(cycle.members.length, head.shards.length));
  const revision = nextRevision(head, memory);
  const { plans, sequenceRegressions } = planChanges(head, memory, cycle, revision, now);
  const changed = plans.reduce((sum, plan) => sum + plan.upserts.length + plan.deletes.length, 0);
  const shrinks = head.shards.length > cycle.members.length;

  if (changed === 0 && !tookOver && !shrinks) {
    const next = stampedHead(head, cycle, new Set(), head.revision, now);
    await store.replaceHead(next, etag);
    memory.published(next);
    return { published: true, changed, sequenceRegressions };
  }

  const announced = await store.replaceHead({ ...head, writing: announcement }, etag);
  await writePlans(store, memory, plans);
  const dirty = new Set(tookOver ? cycle.members.keys() : plans.map(plan => plan.shard));
  const stamped = stampedHead(head, cycle, dirty, revision, now);
  const next = tookOver ? { ...stamped, deltasSince: revision } : stamped;
  await store.replaceHead(next, announced);
  memory.published(next);
  return { published: true, changed, sequenceRegressions };
}

/** Above the head's revision and above every row's, also those a dead poller left behind. */
function nextRevision(head: Head, memory: RowMemory): number {
  let highest = head.revision;
  for (let shard = 0; shard < head.shards.length; shard += 1) {
    for (const row of memory.shard(shard).rows.values()) highest = Math.max(highest, row.revision);
  }
  return highest + 1;
}

function planChanges(head: Head, memory: RowMemory, cycle: Cycle, revision: number, now: number) {
  const plans: ShardPlan[] = [];
  let sequenceRegressions = 0;
  for (let shard = 0; shard < Math.max(cycle.members.length, head.shards.length); shard += 1) {
    const { rows } = memory.shard(shard);
    const members = cycle.members[shard];
    // Rows of people who are not read here are of no use to anybody: removed people, and moves that were given up.
    const expected = new Set(members);
    const deletes = [...rows.keys()].filter(id => !expected.has(id));
    const upserts: PresenceRow[] = [];
    const outcome = cycle.outcomes.find(candidate => candidate.shard === shard);
    const checkedAt = credible(shardStatus(head, shard).checkedAt, now);
    if (members !== undefined && outcome?.seen !== undefined && outcome.sentAt >= checkedAt) {
      for (const id of members) {
        const row = credibleRow(rows.get(id), now);
        const seen = outcome.seen.get(id) ?? MISSING_PRESENCE;
        if (compareObservation(row, seen, outcome.sentAt) !== 'changed') continue;
        if (row !== undefined && seen.sequence !== '' && seen.sequence < row.sequence) sequenceRegressions += 1;
        upserts.push(observedRow(id, row, seen, outcome.sentAt, revision));
      }
    }
    if (upserts.length + deletes.length > 0) plans.push({ shard, upserts, deletes });
  }
  return { plans, sequenceRegressions };
}

async function writePlans(store: PresenceStore, memory: RowMemory, plans: readonly ShardPlan[]): Promise<void> {
  const limit = pLimit(CONCURRENT_WRITES);
  const writes = plans.map(({ shard, ...changes }) =>
    limit(async () => {
      const held = memory.shard(shard);
      held.fence = await store.writeRows(shard, changes, held.fence);
      for (const row of changes.upserts) held.rows.set(row.userId, row);
      for (const id of changes.deletes) held.rows.delete(id);
    }),
  );
  // All writes end before the next step, whatever becomes of one of them: a retry must not race its own past.
  const failed = (await Promise.allSettled(writes)).find(result => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** A time of the store; one from the future counts as never, or a wrong clock would block everybody until then. */
function credible(time: number, now: number): number {
  return isFromFuture(time, now) ? 0 : time;
}

function credibleRow(row: PresenceRow | undefined, now: number): PresenceRow | undefined {
  return row !== undefined && isFromFuture(row.observedAt, now) ? { ...row, observedAt: 0 } : row;
}

function stampedHead(head: Head, cycle: Cycle, dirty: ReadonlySet<number>, revision: number, now: number): Head {
  const shards = cycle.members.map((_, shard): ShardStatus => {
    const old = shardStatus(head, shard);
    const outcome = cycle.outcomes.find(candidate => candidate.shard === shard);
    const stamp = { ...old, revision: dirty.has(shard) ? revision : old.revision };
    if (outcome === undefined) return stamp;
    // Without a request nothing is known that could end a wait which Graph asked for.
    const newest = outcome.sentAt > 0 && outcome.sentAt >= credible(old.attemptedAt, now);
    const attempted = {
      ...stamp,
      attemptedAt: Math.max(credible(old.attemptedAt, now), outcome.sentAt),
      notBefore: newest ? outcome.notBefore : Math.max(old.notBefore, outcome.notBefore),
    };
    const before = credible(old.checkedAt, now);
    if (outcome.seen === undefined) return attempted;
    return { ...attempted, checkedAt: Math.max(before, outcome.sentAt), signIn: outcome.signIn };
  });
  const newer = cycle.report.attemptedAt >= credible(head.report.attemptedAt, now) ? cycle.report : head.report;
  const succeededAt = Math.max(credible(head.report.succeededAt, now), cycle.report.succeededAt);
  const report = { ...newer, succeededAt };
  return { ...head, revision: dirty.size > 0 ? revision : head.revision, writing: '', shards, report };
}
