import * as z from 'zod';
import { AGENT_ID } from '../agents/lookupKey.ts';
import { BASE, epochOf, freshnessDigest } from './revision.ts';
import type { Snapshot, SnapshotEntry } from './snapshot.ts';

/**
 * How far a client has come that is told of one change after the other. There are three lists of changes, each in an
 * order that only grows: who was removed (by generation), whose record was published anew (by revision), and whose
 * change to free began to count (by time). The cursor holds a place in each of them.
 */
export interface Cursor {
  readonly epoch: string;
  readonly ages: string;
  readonly revision: number;
  readonly agentId: string;
  readonly settledAt: number;
  readonly settledId: string;
  readonly generation: string;
  readonly removedId: string;
}

export type Change =
  | { readonly kind: 'record'; readonly entry: SnapshotEntry }
  | { readonly kind: 'removed'; readonly agentId: string };

export interface NextChange {
  /** Undefined when there is nothing new. */
  readonly change: Change | undefined;
  readonly cursor: Cursor;
  readonly more: boolean;
}

const NUMBER = /^[0-9a-z]{1,10}$/;
const GENERATION = /^(g\d{1,12}-[\w-]{1,36})?$/;
const isAgentId = (text: string) => text === '' || AGENT_ID.test(text);

export function cursorText(cursor: Cursor): string {
  const { epoch, ages, revision, agentId, settledAt, settledId, generation, removedId } = cursor;
  const numbers = [(revision + 1).toString(BASE), settledAt.toString(BASE)];
  return [epoch, ages, numbers[0], agentId, numbers[1], settledId, generation, removedId].join('~');
}

/** A cursor as a client sends it back, empty at the start; refuses what was never one. */
export const cursorSchema = z
  .string()
  .max(400)
  .transform((text, context): Cursor | undefined => {
    if (text === '') return undefined;
    const parts = text.split('~');
    const [epoch = '', ages = '', revision = '', agentId = '', settledAt = '', settledId = ''] = parts;
    const [generation = '', removedId = ''] = parts.slice(6);
    const wellFormed =
      parts.length === 8 &&
      /^[0-9a-z]{1,8}$/i.test(epoch) &&
      /^[0-9a-f]{6}$/.test(ages) &&
      NUMBER.test(revision) &&
      NUMBER.test(settledAt) &&
      GENERATION.test(generation) &&
      [agentId, settledId, removedId].every(isAgentId);
    if (!wellFormed) {
      context.addIssue({ code: 'custom', message: 'not a cursor' });
      return z.NEVER;
    }
    return {
      epoch,
      ages,
      revision: Number.parseInt(revision, BASE) - 1,
      agentId,
      settledAt: Number.parseInt(settledAt, BASE),
      settledId,
      generation,
      removedId,
    };
  });

/** Where a client goes on: at its cursor, or from the start when its records may be wrong in ways no list tells. */
function startingAt(view: Snapshot, known: Cursor | undefined): Cursor {
  const { head } = view;
  const [epoch, ages] = [epochOf(view), freshnessDigest(view)];
  // Generations count anew when somebody deleted the table of agents.
  const comparable = known !== undefined && known.generation <= head.agents.id;
  const latest = view.index.removed.at(-1);
  // A new client has nobody whom it would have to forget.
  const fromNowOn = { generation: latest?.removedIn ?? head.agents.id, removedId: latest?.agentId ?? '' };
  const fromTheStart = known === undefined ? fromNowOn : { generation: '', removedId: '' };
  const removals = comparable ? { generation: known.generation, removedId: known.removedId } : fromTheStart;
  const valid = known !== undefined && known.epoch === epoch && known.ages === ages;
  if (valid) return { ...known, ...removals };
  return { epoch, ages, revision: -1, agentId: '', settledAt: view.settledAt, settledId: '', ...removals };
}

type Place = readonly [order: number | string, agentId: string];

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

function advance(view: Snapshot, at: Cursor): { change: Change; cursor: Cursor } | undefined {
  const gone = firstAfter(view.index.removed, row => [row.removedIn, row.agentId], [at.generation, at.removedId]);
  if (gone !== undefined) {
    const cursor = { ...at, generation: gone.removedIn, removedId: gone.agentId };
    return { change: { kind: 'removed', agentId: gone.agentId }, cursor };
  }
  const { published, settled } = view.changeOrder();
  const changed = firstAfter(published, entry => [view.publishedIn(entry), entry.record.agentId], [
    at.revision,
    at.agentId,
  ]);
  if (changed !== undefined) {
    const place = { ...at, revision: view.publishedIn(changed), agentId: changed.record.agentId };
    // By the clock of another instance the list of those who settled may have been followed beyond this moment.
    const early = changed.settling && changed.settlesAt <= at.settledAt;
    const cursor = early ? { ...place, settledAt: changed.settlesAt - 1, settledId: '' } : place;
    return { change: { kind: 'record', entry: changed }, cursor };
  }
  const free = firstAfter(settled, entry => [entry.settlesAt, entry.record.agentId], [at.settledAt, at.settledId]);
  if (free === undefined) return undefined;
  const cursor = { ...at, settledAt: free.settlesAt, settledId: free.record.agentId };
  return { change: { kind: 'record', entry: free }, cursor };
}

/** The next change for a client. Whoever asks until there is nothing new has exactly the records of the view. */
export function nextChange(view: Snapshot, known: Cursor | undefined): NextChange {
  // Another instance has seen more of the same table: this one has nothing to tell yet.
  if (known !== undefined && known.epoch === epochOf(view) && known.revision > view.head.revision) {
    return { change: undefined, cursor: known, more: false };
  }
  const start = startingAt(view, known);
  const step = advance(view, start);
  if (step === undefined) return { change: undefined, cursor: start, more: false };
  return { ...step, more: advance(view, step.cursor) !== undefined };
}
