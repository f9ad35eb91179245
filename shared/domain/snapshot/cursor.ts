import * as z from 'zod';
import { AGENT_ID } from '../agents/agent.ts';
import { TOMBSTONE_KEPT_MS } from '../agents/tombstones.ts';
import { BASE } from './revision.ts';

/**
 * How far a client has come that is told of one change after the other. There are three lists of changes, each in an
 * order that only grows: who was removed (by version of the agents), whose record was published anew (by revision), and
 * whose change to free began to count (by time). The cursor holds a place in each of them, and one in a round through
 * everybody: when data becomes stale, or fresh again, no list says whose.
 */
export interface Cursor {
  readonly epoch: string;
  /** Which people were fresh, stale and unknown when the round began. */
  readonly freshness: string;
  readonly revision: number;
  readonly agentId: string;
  readonly settledAt: number;
  readonly settledId: string;
  /** The newest revision that any answer was made from. */
  readonly seen: number;
  /** Version of the agents since which every removal is known. */
  readonly removalsSince: string;
  /** Version of the agents up to which every removal was told; within it up to an id. */
  readonly removedIn: string;
  readonly removedId: string;
  readonly round: Round;
}

/** A round through everybody, in the order of the ids: to the last one, and from the first one to where it began. */
export interface Round {
  readonly phase: 'none' | 'to-the-last' | 'from-the-first';
  /** Who was told last; empty for nobody. */
  readonly at: string;
  /** Where the round ends after the last one; empty to end there. */
  readonly end: string;
}

export const NO_ROUND: Round = { phase: 'none', at: '', end: '' };

const PHASES = ['none', 'to-the-last', 'from-the-first'] as const;
const HOUR_MS = 3_600_000;
const PARTS = 14;
const NUMBER = /^[0-9a-z]{1,10}$/;
const VERSION = /^(g\d{1,12}-[\w-]{1,36})?$/;
const isAgentId = (text: string) => text === '' || AGENT_ID.test(text);
const number = (text: string) => Number.parseInt(text, BASE);

/** A cursor as a client gets it; it says when that was. */
export function cursorText(cursor: Cursor, now: number): string {
  const { epoch, freshness, seen, revision, agentId, settledAt, settledId, round } = cursor;
  const removed = [cursor.removedIn, cursor.removedId];
  const published = [(revision + 1).toString(BASE), agentId];
  const settled = [settledAt.toString(BASE), settledId];
  const ofRound = [String(PHASES.indexOf(round.phase)), round.at, round.end];
  const hour = Math.floor(now / HOUR_MS).toString(BASE);
  const parts = [epoch, freshness, seen.toString(BASE), ...published, ...settled, ...removed, ...ofRound, hour];
  return [...parts, cursor.removalsSince].join('~');
}

/** A cursor as a client sends it back. */
export interface SentCursor {
  readonly cursor: Cursor;
  readonly issuedAt: number;
}

/** Whether the client was away for so long that it may not have been told of a removal. */
export function isExpired({ issuedAt }: SentCursor, now: number): boolean {
  return now - issuedAt >= TOMBSTONE_KEPT_MS;
}

/** A cursor as a client sends it back, empty at the start; refuses what was never one. */
export const cursorSchema = z
  .string()
  .max(600)
  .transform((text, context): SentCursor | undefined => {
    if (text === '') return undefined;
    const parts = text.split('~');
    const [epoch = '', freshness = '', seen = '', revision = '', agentId = ''] = parts;
    const [settledAt = '', settledId = '', removedIn = '', removedId = ''] = parts.slice(5);
    const [phaseIndex = '', at = '', end = '', hour = '', removalsSince = ''] = parts.slice(9);
    const phase = PHASES[number(phaseIndex)];
    const wellFormed =
      parts.length === PARTS &&
      phase !== undefined &&
      /^[0-9a-f]{8}$/.test(epoch) &&
      /^[0-9a-f]{6,12}$/.test(freshness) &&
      [removedIn, removalsSince].every(part => VERSION.test(part)) &&
      [seen, revision, settledAt, phaseIndex, hour].every(part => NUMBER.test(part)) &&
      [agentId, settledId, removedId, at, end].every(isAgentId);
    if (!wellFormed) {
      context.addIssue({ code: 'custom', message: 'not a cursor' });
      return z.NEVER;
    }
    const published = { seen: number(seen), revision: number(revision) - 1, agentId };
    const others = { settledAt: number(settledAt), settledId, removalsSince, removedIn, removedId };
    const cursor = { epoch, freshness, ...published, ...others, round: { phase, at, end } };
    return { cursor, issuedAt: number(hour) * HOUR_MS };
  });
