import { randomUUID } from 'node:crypto';
import pMap from 'p-map';
import { type AgentsVersion, sameVersion } from '../../domain/agents/agentList.ts';
import { believedWait, credible } from '../../domain/presence/freshness.ts';
import { KnownReadings, type NextDocument, nextDocument } from '../../domain/presence/nextDocument.ts';
import { EMPTY_DOCUMENT, type ShardDocument, shardDocument } from '../../domain/presence/shardDocument.ts';
import { documentKeys, type Head, type PollReport, type ShardStatus, shardStatus } from '../../domain/snapshot/head.ts';
import { describeFault, StoreConflictError } from '../../errors/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { retryConflicts } from '../../lib/retryConflicts.ts';
import type { DocumentKey, PresenceStore, StoredHead } from '../../ports/presenceStore.ts';
import { bestEffort } from '../state/bestEffort.ts';
import { removeLitter } from '../state/removeLitter.ts';
import type { ShardCache } from './shardCache.ts';
import type { ShardOutcome } from './shardOutcome.ts';

const ATTEMPTS = 5;
const CONCURRENT_WRITES = 4;
const REVISION_DIGITS = 8;

/** What one cycle learned, all of it or a part, to be published together. */
interface ReadCycle {
  readonly agents: AgentsVersion;
  /** The ids each shard reads. */
  readonly members: readonly (readonly string[])[];
  readonly outcomes: readonly ShardOutcome[];
  readonly report: PollReport;
}

export interface PublishResult {
  /** What is published now; undefined when the agents were replaced meanwhile: what was read is of others. */
  readonly stored: StoredHead | undefined;
  readonly changed: number;
  /** Results of a later request that carried a lower version stamp. */
  readonly sequenceRegressions: number;
}

interface Publisher {
  readonly store: PresenceStore;
  readonly cache: ShardCache;
  readonly clock: Clock;
  /** A document of somebody who is read no more could not be removed: the next publication tries again. */
  readonly owed: { removal: boolean };
}

/** What one shard will be. */
interface ShardPlan extends NextDocument {
  readonly shard: number;
  readonly outcome: ShardOutcome | undefined;
}

interface Plan {
  readonly shards: readonly ShardPlan[];
  readonly revision: number;
  /** Documents in force could not be read: what clients know is not comparable. */
  readonly lost: boolean;
  /** Somebody is read no more: no document may hold them, be it one of before. */
  readonly forgets: boolean;
}

/**
 * Publishes a cycle: writes a new document for each shard that changed, then replaces the head. A cycle without changes
 * replaces the head and nothing else. Each step can be the last one of a process that dies: until the head is replaced
 * nobody reads what was written.
 *
 * @throws StoreUnavailableError; StoreConflictError after losing the head again and again
 */
export async function publishCycle(publisher: Publisher, first: StoredHead, cycle: ReadCycle): Promise<PublishResult> {
  return retryConflicts(ATTEMPTS, async attempt => {
    const current = attempt === 1 ? first : await publisher.store.readHead();
    if (current === undefined || !sameVersion(current.head.agents, cycle.agents)) {
      return { stored: undefined, changed: 0, sequenceRegressions: 0 };
    }
    return tryPublish(publisher, current, cycle);
  });
}

async function tryPublish(publisher: Publisher, { head, etag }: StoredHead, cycle: ReadCycle): Promise<PublishResult> {
  const { store, clock } = publisher;
  // Taken after the head was read: nothing in it can be newer, but by the difference of two clocks.
  const now = clock();
  const plan = planChanges(head, await publisher.cache.load(head), cycle, now);
  const keys = await writeDocuments(publisher, head, plan);
  const next = nextHead(head, plan, keys, cycle.report, now);
  const replaceHead = async () => {
    try {
      return await store.replaceHead(next, etag);
    } catch (error) {
      if (error instanceof StoreConflictError) await bestEffort(() => removeUnnamed(store, [...keys.values()]));
      throw error;
    }
  };
  let newEtag = '';
  publisher.owed.removal ||= plan.forgets;
  if (publisher.owed.removal) {
    const { isTidy } = await removeLitter(store, async () => {
      newEtag = await replaceHead();
      return next;
    });
    publisher.owed.removal = !isTidy;
  } else newEtag = await replaceHead();
  const sum = (count: (shard: ShardPlan) => number) => plan.shards.reduce((total, shard) => total + count(shard), 0);
  return {
    stored: { head: next, etag: newEtag },
    changed: sum(({ changed }) => changed),
    sequenceRegressions: sum(shard => shard.sequenceRegressions),
  };
}

/**
 * Somebody else was faster, so nobody names what was written for this head. It is looked up all the same: the answer to
 * a write that counted may have been lost, and its repetition refused.
 */
async function removeUnnamed(store: PresenceStore, keys: readonly DocumentKey[]): Promise<void> {
  if (keys.length === 0) return;
  const stored = await store.readHead();
  const named = new Set(stored && documentKeys(stored.head).map(({ key }) => key));
  await store.removeDocuments(keys.filter(({ key }) => !named.has(key)));
}

function planChanges(
  head: Head,
  loaded: readonly (ShardDocument | undefined)[],
  { members, outcomes }: ReadCycle,
  now: number,
): Plan {
  const lost = loaded.includes(undefined);
  const known = loaded.map((document = EMPTY_DOCUMENT, shard) => {
    return { document, checkedAt: shardStatus(head, shard).checkedAt };
  });
  const everybody = new KnownReadings(known, now);
  const revision = head.revision + 1;
  const byShard = new Map(outcomes.map(outcome => [outcome.shard, outcome]));
  const shards = members.map((ids, shard): ShardPlan => {
    const outcome = byShard.get(shard);
    const { document } = known[shard] ?? { document: EMPTY_DOCUMENT };
    const next = nextDocument(shard, ids, { document, everybody }, outcome && answerOf(outcome), revision);
    return { shard, outcome, ...next };
  });
  const left = [
    ...shards.flatMap(shard => shard.left),
    ...known.slice(members.length).flatMap(({ document }) => [...document.readings.keys()]),
  ];
  const expected = new Set(left.length > 0 ? members.flat() : []);
  const forgets = left.some(id => !expected.has(id));
  const shrinks = head.shards.length > members.length;
  const rewrites = lost || shrinks || shards.some(({ readings }) => readings !== undefined);
  return { shards, revision: rewrites ? revision : head.revision, lost, forgets: forgets || shrinks };
}

function answerOf({ presences, sentAt }: ShardOutcome) {
  return presences && { presences, sentAt };
}

/** Writes the documents that changed; gives the key of each. */
async function writeDocuments({ store, cache }: Publisher, head: Head, plan: Plan): Promise<Map<number, DocumentKey>> {
  const keys = new Map<number, DocumentKey>();
  const writes = plan.shards.filter(({ readings }) => readings !== undefined && readings.size > 0);
  const write = async ({ shard, readings = EMPTY_DOCUMENT.readings }: ShardPlan) => {
    const key = `${plan.revision.toString(36).padStart(REVISION_DIGITS, '0')}-${randomUUID().slice(0, 8)}`;
    const document = shardDocument(readings);
    const obsolete = shardStatus(head, shard).previous || undefined;
    keys.set(shard, { shard, key });
    await store.writeDocument({ shard, key }, document, obsolete);
    cache.put(shard, key, document);
  };
  // All writes end before the next step, whatever becomes of one of them: a retry must not race its own past.
  try {
    await pMap(writes, write, { concurrency: CONCURRENT_WRITES, stopOnError: false });
  } catch (error) {
    throw error instanceof AggregateError ? error.errors[0] : error;
  }
  return keys;
}

function nextHead(
  head: Head,
  { shards, revision, lost, forgets }: Plan,
  keys: ReadonlyMap<number, DocumentKey>,
  report: PollReport,
  now: number,
): Head {
  const statuses = shards.map(({ shard, readings, outcome }): ShardStatus => {
    const old = shardStatus(head, shard);
    const { document, previous } =
      readings === undefined
        ? old
        : {
            document: keys.get(shard)?.key ?? '',
            previous: old.document,
          };
    const rewritten = readings === undefined ? old.revision : revision;
    // After its people were carried on, nothing was ever asked for exactly those.
    const checkedAt = readings === undefined ? credible(old.checkedAt, now) : 0;
    const status = { ...old, document, previous: forgets ? '' : previous, revision: rewritten, checkedAt };
    return outcome === undefined ? status : askedStatus(status, old, outcome, now);
  });
  const newer = report.attemptedAt >= credible(head.report.attemptedAt, now) ? report : head.report;
  const succeededAt = Math.max(credible(head.report.succeededAt, now), report.succeededAt);
  const timerAt = Math.max(credible(head.report.timerAt, now), report.timerAt);
  const deltasSince = lost ? revision : head.deltasSince;
  return { ...head, revision, deltasSince, shards: statuses, report: { ...newer, succeededAt, timerAt } };
}

/** The status after a cycle that asked Graph for the shard, or was told to wait. */
function askedStatus(status: ShardStatus, old: ShardStatus, outcome: ShardOutcome, now: number): ShardStatus {
  const attemptedAt = credible(old.attemptedAt, now);
  // A wait that Graph asked for ends with an answer to a later request, and with nothing else.
  const answered = outcome.presences !== undefined && outcome.sentAt >= attemptedAt;
  const asked = {
    ...status,
    attemptedAt: Math.max(attemptedAt, outcome.sentAt),
    notBefore: answered ? outcome.notBefore : Math.max(believedWait(old.notBefore, now), outcome.notBefore),
  };
  // Who was spared was not asked for: what kept the shard from being read still does.
  if (outcome.presences === undefined)
    return outcome.error === undefined ? asked : { ...asked, fault: describeFault(outcome.error).code };
  const checkedAt = Math.max(status.checkedAt, outcome.sentAt);
  return { ...asked, checkedAt, signIn: outcome.signIn, requestId: outcome.requestId, fault: '' };
}
