import pLimit from 'p-limit';
import { type Head, shardStamp } from '../domain/head.ts';
import type { TeamsPresence } from '../domain/presence.ts';
import {
  ConnectorError,
  GraphIncompleteError,
  GraphRejectedError,
  GraphThrottledError,
  GraphUnauthorizedError,
} from '../errors.ts';
import type { PresenceSource } from '../ports/presenceSource.ts';
import type { Clock, Sleep } from '../ports/time.ts';
import type { AccessToken, TokenProvider } from '../ports/tokenProvider.ts';

/** A longer wait is left to a later cycle: the other shards' news must not wait for this one. */
const LONGEST_WAIT_MS = 3_000;
const ATTEMPTS = 3;
/** Requests spent on finding ids that Graph rejects, per shard and cycle. */
const BISECT_REQUESTS = 40;
/** A rejected id is asked for again after this long. */
const QUARANTINE_MS = 10 * 60_000;
/** With more of the ids missing the answer is not believed. */
const BELIEVABLE_MISSING = 0.2;

/** What a cycle learned of one shard. */
export interface ShardOutcome {
  readonly shard: number;
  /** The instant before the request was sent; 0 when none was. */
  readonly sentAt: number;
  /** Undefined when the shard failed; people left out of it are unknown. */
  readonly seen: ReadonlyMap<string, TeamsPresence> | undefined;
  /** Graph asked not to read the shard before; 0 when it did not. */
  readonly notBefore: number;
  readonly error: ConnectorError | undefined;
  readonly requestId: string;
}

/** The outcome of every shard when no request could be made at all. */
export function failedOutcomes(
  members: readonly (readonly string[])[],
  error: ConnectorError,
  attemptedAt: number,
): ShardOutcome[] {
  return members.map((_, shard) => ({
    shard,
    sentAt: attemptedAt,
    seen: undefined,
    notBefore: 0,
    error,
    requestId: '',
  }));
}

export interface ShardReaderDeps {
  readonly source: PresenceSource;
  readonly tokens: TokenProvider;
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly concurrency: number;
}

export type ShardReader = (
  members: readonly (readonly string[])[],
  head: Head,
  signal: AbortSignal,
) => Promise<ShardOutcome[]>;

interface Reading {
  readonly presences: Map<string, TeamsPresence>;
  readonly rejected: Set<string>;
  requestId: string;
  requestsLeft: number;
}

/** Reads shards from Graph: bounded concurrency, one request a shard unless something is wrong with it. */
export function shardReader({ source, tokens, clock, sleep, concurrency }: ShardReaderDeps): ShardReader {
  const quarantine = new Map<string, number>();

  function isQuarantined(id: string): boolean {
    const until = quarantine.get(id);
    if (until === undefined) return false;
    if (clock() < until) return true;
    quarantine.delete(id);
    return false;
  }

  /** One request; a 400 is narrowed down by halves until the ids that cause it are known. */
  async function readInto(reading: Reading, ids: readonly string[], token: AccessToken, signal: AbortSignal) {
    reading.requestsLeft -= 1;
    try {
      const answer = await source.read(ids, token, signal);
      for (const [id, presence] of answer.presences) reading.presences.set(id, presence);
      reading.requestId = answer.requestId;
    } catch (error) {
      if (!(error instanceof GraphRejectedError) || reading.requestsLeft <= 0) throw error;
      if (ids.length === 1) {
        for (const id of ids) reading.rejected.add(id);
        return;
      }
      const half = ids.length >> 1;
      await readInto(reading, ids.slice(0, half), token, signal);
      await readInto(reading, ids.slice(half), token, signal);
    }
  }

  function believe(reading: Reading, ids: readonly string[]): ReadonlyMap<string, TeamsPresence> {
    const asked = ids.filter(id => !reading.rejected.has(id));
    const missing = asked.filter(id => !reading.presences.has(id)).length;
    if (missing === ids.length || missing > asked.length * BELIEVABLE_MISSING) {
      throw new GraphIncompleteError(
        `Microsoft Graph left out ${missing} of ${asked.length} people (request ${reading.requestId}). Check that they still exist.`,
      );
    }
    for (const id of reading.rejected) quarantine.set(id, clock() + QUARANTINE_MS);
    return reading.presences;
  }

  async function readOnce(ids: readonly string[], signal: AbortSignal) {
    const token = await tokens.token('presence');
    const sentAt = clock();
    const reading: Reading = {
      presences: new Map(),
      rejected: new Set(),
      requestId: '',
      requestsLeft: BISECT_REQUESTS,
    };
    try {
      await readInto(reading, ids, token, signal);
    } catch (error) {
      if (error instanceof GraphUnauthorizedError) tokens.discard(token);
      throw error;
    }
    return { sentAt, seen: believe(reading, ids), requestId: reading.requestId };
  }

  async function readShard(shard: number, members: readonly string[], signal: AbortSignal): Promise<ShardOutcome> {
    const ids = members.filter(id => !isQuarantined(id));
    const startedAt = clock();
    if (ids.length === 0) {
      return { shard, sentAt: startedAt, seen: new Map(), notBefore: 0, error: undefined, requestId: '' };
    }
    for (let attempt = 1; ; attempt += 1) {
      try {
        return { shard, ...(await readOnce(ids, signal)), notBefore: 0, error: undefined };
      } catch (error) {
        if (!(error instanceof ConnectorError)) throw error;
        const wait = error instanceof GraphThrottledError ? error.retryAfterMs : 0;
        const again = error instanceof GraphThrottledError || error instanceof GraphUnauthorizedError;
        if (again && attempt < ATTEMPTS && wait <= LONGEST_WAIT_MS && !signal.aborted) {
          await sleep(wait, signal);
          continue;
        }
        const notBefore = wait === 0 ? 0 : clock() + wait;
        return { shard, sentAt: startedAt, seen: undefined, notBefore, error, requestId: '' };
      }
    }
  }

  function waiting(shard: number, notBefore: number, now: number): ShardOutcome {
    const seconds = Math.ceil((notBefore - now) / 1000);
    const error = new GraphThrottledError(`Microsoft Graph asked to wait another ${seconds} s.`, notBefore - now);
    return { shard, sentAt: 0, seen: undefined, notBefore, error, requestId: '' };
  }

  return (members, head, signal) =>
    pLimit(concurrency).map([...members.entries()], ([shard, ids]) => {
      const { notBefore } = shardStamp(head, shard);
      const now = clock();
      return now < notBefore ? waiting(shard, notBefore, now) : readShard(shard, ids, signal);
    });
}
