import { type Cursor, NO_ROUND, type Round } from './cursor.ts';
import type { Snapshot, SnapshotEntry } from './snapshot.ts';

type Change =
  | { readonly kind: 'record'; readonly entry: SnapshotEntry }
  | { readonly kind: 'removed'; readonly agentId: string };

interface NextChange {
  /** Undefined when there is nothing new. */
  readonly change: Change | undefined;
  readonly cursor: Cursor;
  readonly more: boolean;
}

interface Step {
  readonly change: Change;
  readonly cursor: Cursor;
}

type Place = readonly [order: number | string, agentId: string];

/** Another instance has seen more of the same table than this snapshot. */
function isAhead(snapshot: Snapshot, known: Cursor): boolean {
  return known.epoch === snapshot.epoch && known.seen > snapshot.revision;
}

/**
 * Whether nobody can tell any more whom a client would have to forget, because somebody deleted the table of the agents
 * or rows in it. A client that began before the first agents knows nobody.
 */
export function isOfLostAgents(snapshot: Snapshot, known: Cursor): boolean {
  const { removalsSince } = snapshot.head.agents;
  return !isAhead(snapshot, known) && known.removalsSince !== '' && known.removalsSince !== removalsSince;
}

/** The place behind everybody who was removed up to the version in force, also where that removed nobody. */
function allRemovals({ head, index }: Snapshot): { removedIn: string; removedId: string } {
  const latest = index.removed.at(-1);
  const removedIn = head.agents.id;
  return { removedIn, removedId: latest?.removedIn === removedIn ? latest.agentId : '' };
}

/** Where a client goes on: at its cursor, or from the start when its records may be wrong in ways no list tells. */
function startingAt(snapshot: Snapshot, known: Cursor | undefined): Cursor {
  const { epoch } = snapshot;
  const freshness = snapshot.freshnessDigest();
  const seen = snapshot.revision;
  const { removalsSince } = snapshot.head.agents;
  if (known?.epoch === epoch) {
    const round = known.freshness === freshness ? known.round : begunAnew(known.round);
    return { ...known, removalsSince, seen, freshness, round };
  }
  // A new client has nobody whom it would have to forget.
  const { removedIn, removedId } = known ?? allRemovals(snapshot);
  const start = { revision: -1, agentId: '', settledAt: snapshot.settledAt, settledId: '' };
  return { epoch, freshness, seen, ...start, removalsSince, removedIn, removedId, round: NO_ROUND };
}

/** A round goes on from where it is, so that everybody's turn comes however often it has to begin anew. */
function begunAnew({ phase, at }: Round): Round {
  return { phase: 'to-the-last', at: phase === 'none' ? '' : at, end: phase === 'none' ? '' : at };
}

function isAfter([order, agentId]: Place, [knownOrder, knownId]: Place): boolean {
  return order > knownOrder || (order === knownOrder && agentId > knownId);
}

/** The first of a sorted list that comes after a place. */
function firstAfter<T>(sorted: readonly T[], placeOf: (item: T) => Place, known: Place): T | undefined {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = sorted[middle];
    if (item !== undefined && isAfter(placeOf(item), known)) high = middle;
    else low = middle + 1;
  }
  return sorted[low];
}

function nextRemoved(snapshot: Snapshot, at: Cursor): Step | undefined {
  const gone = firstAfter(snapshot.index.removed, row => [row.removedIn, row.agentId], [at.removedIn, at.removedId]);
  if (gone === undefined) return undefined;
  const cursor = { ...at, removedIn: gone.removedIn, removedId: gone.agentId };
  return { change: { kind: 'removed', agentId: gone.agentId }, cursor };
}

function nextPublished(snapshot: Snapshot, at: Cursor): Step | undefined {
  const entry = firstAfter(
    snapshot.changeOrder().published,
    candidate => [snapshot.publishedIn(candidate), candidate.record.agentId],
    [at.revision, at.agentId],
  );
  if (entry === undefined) return undefined;
  const place = { ...at, revision: snapshot.publishedIn(entry), agentId: entry.record.agentId };
  // By the clock of another instance the list of those who settled may have been followed beyond this moment.
  const early = entry.settling && entry.settlesAt <= at.settledAt;
  const cursor = early ? { ...place, settledAt: entry.settlesAt - 1, settledId: '' } : place;
  return { change: { kind: 'record', entry }, cursor };
}

function nextSettled(snapshot: Snapshot, at: Cursor): Step | undefined {
  const entry = firstAfter(
    snapshot.changeOrder().settled,
    candidate => [candidate.settlesAt, candidate.record.agentId],
    [at.settledAt, at.settledId],
  );
  if (entry === undefined) return undefined;
  const cursor = { ...at, settledAt: entry.settlesAt, settledId: entry.record.agentId };
  return { change: { kind: 'record', entry }, cursor };
}

function nextOfRound(snapshot: Snapshot, at: Cursor): Step | undefined {
  const { phase, end } = at.round;
  if (phase === 'none') return undefined;
  const entry = firstAfter(snapshot.entries, candidate => ['', candidate.record.agentId], ['', at.round.at]);
  const inRound = entry !== undefined && (phase === 'to-the-last' || entry.record.agentId <= end);
  if (inRound) {
    const cursor = { ...at, round: { phase, at: entry.record.agentId, end } };
    return { change: { kind: 'record', entry }, cursor };
  }
  if (phase === 'from-the-first' || end === '') return undefined;
  return nextOfRound(snapshot, { ...at, round: { phase: 'from-the-first', at: '', end } });
}

/** News before the round: whoever changed must not wait until everybody was told again. */
function advance(snapshot: Snapshot, at: Cursor): Step | undefined {
  return (
    nextRemoved(snapshot, at) ?? nextPublished(snapshot, at) ?? nextSettled(snapshot, at) ?? nextOfRound(snapshot, at)
  );
}

/** The next change for a client. Whoever asks until there is nothing new has exactly the records of the snapshot. */
export function nextChange(snapshot: Snapshot, known: Cursor | undefined): NextChange {
  if (known !== undefined && isAhead(snapshot, known)) {
    return { change: undefined, cursor: known, more: false };
  }
  const begin = startingAt(snapshot, known);
  const start = nextRemoved(snapshot, begin) === undefined ? { ...begin, ...allRemovals(snapshot) } : begin;
  const step = advance(snapshot, start);
  if (step === undefined) return { change: undefined, cursor: { ...start, round: NO_ROUND }, more: false };
  return { ...step, more: advance(snapshot, step.cursor) !== undefined };
}
