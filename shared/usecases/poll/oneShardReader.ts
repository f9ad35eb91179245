import { LONGEST_WAIT_OF_GRAPH_MS } from '../../domain/presence/freshness.ts';
import type { TeamsPresence } from '../../domain/presence/teamsPresence.ts';
import {
  GraphForbiddenError,
  GraphIncompleteError,
  GraphRejectedError,
  GraphThrottledError,
  GraphUnauthorizedError,
} from '../../errors/errors.ts';
import type { Time } from '../../lib/clock.ts';
import { retryAfter } from '../../lib/retryAfter.ts';
import type { PresenceSource } from '../../ports/presenceSource.ts';
import type { AccessToken, TokenProvider } from '../../ports/tokenProvider.ts';
import { costOf, failure, type ShardOutcome, type Tally } from './shardOutcome.ts';

/** A longer wait is left to a later cycle: only what is stored binds the other instances. */
const LONGEST_WAIT_MS = 1_000;
const ATTEMPTS = 3;
/** Requests spent on finding ids that Graph rejects, per shard and cycle. */
const BISECT_REQUESTS = 40;
/** The same for all shards together, in so many milliseconds: a Graph that rejects everything costs no more. */
const SEARCH_REQUESTS = 300;
const SEARCH_WINDOW_MS = 30_000;
/** So many rejected ids are asked for once more after a search. */
const CONFIRMATIONS = 10;
/** A rejected id is asked for again after this long. */
const QUARANTINE_MS = 10 * 60_000;
/** After a search that found nothing but rejections, a shard is asked as a whole only, for this long. */
const SEARCH_PAUSE_MS = 5 * 60_000;
/** With more of the ids missing the answer is not believed. */
const BELIEVABLE_MISSING = 0.2;

function rejection(rejected: number): Error {
  const whom = rejected === 1 ? 'the id of one person' : `the ids of ${rejected} people`;
  return new GraphRejectedError(`Microsoft Graph does not take ${whom}. Check that they still exist.`);
}

/** Graph says how long; a token that it refuses is replaced by the next attempt. */
function waitBefore(error: unknown): number | undefined {
  if (error instanceof GraphUnauthorizedError) return 0;
  return error instanceof GraphThrottledError ? error.retryAfterMs : undefined;
}

export interface OneShardDeps extends Time {
  readonly source: PresenceSource;
  readonly tokens: TokenProvider;
}

/** Reads one shard; it never rejects, a fault is part of the outcome. */
type ReadShard = (shard: number, members: readonly string[], signal: AbortSignal) => Promise<ShardOutcome>;

interface ShardSearch {
  readonly presences: Map<string, TeamsPresence>;
  /** Ids that Graph does not take, each found by itself. */
  readonly rejected: Set<string>;
  /** Those that it did not take a second time. */
  readonly confirmed: Set<string>;
  requestId: string;
  requestsLeft: number;
}

/** Reads a shard with one request, unless something is wrong with it: then it finds out whose ids Graph does not take. */
export function oneShardReader({ source, tokens, clock, monotonic, sleep }: OneShardDeps): ReadShard {
  const quarantine = new Map<string, number>();
  const searchAgainAt = new Map<number, number>();
  let searches = { since: Number.NEGATIVE_INFINITY, requests: 0 };

  /** Whether there is quota left for a split, which asks for two halves; then it is spent. */
  function spendOnSplit(): boolean {
    if (monotonic() - searches.since >= SEARCH_WINDOW_MS) searches = { since: monotonic(), requests: 0 };
    searches.requests += 2;
    return searches.requests <= SEARCH_REQUESTS;
  }

  function isQuarantined(id: string): boolean {
    const until = quarantine.get(id);
    if (until === undefined) return false;
    if (monotonic() < until) return true;
    quarantine.delete(id);
    return false;
  }

  /** One request; a 400 is narrowed down by halves until the ids that cause it are known. */
  async function readInto(search: ShardSearch, ids: readonly string[], token: AccessToken, signal: AbortSignal) {
    search.requestsLeft -= 1;
    try {
      const answer = await source.read(ids, token, signal);
      for (const [id, presence] of answer.presences) search.presences.set(id, presence);
      search.requestId = answer.requestId;
    } catch (error) {
      if (!(error instanceof GraphRejectedError)) throw error;
      if (ids.length === 1) {
        for (const id of ids) search.rejected.add(id);
        return;
      }
      if (search.requestsLeft <= 0 || !spendOnSplit()) throw error;
      const half = ids.length >> 1;
      await readInto(search, ids.slice(0, half), token, signal);
      await readInto(search, ids.slice(half), token, signal);
    }
  }

  function plausiblePresences(search: ShardSearch, ids: readonly string[]): ReadonlyMap<string, TeamsPresence> {
    const asked = ids.filter(id => !search.rejected.has(id));
    const missing = asked.filter(id => !search.presences.has(id)).length;
    if (asked.length === 0) throw rejection(search.rejected.size);
    if (search.presences.size === 0 || missing > asked.length * BELIEVABLE_MISSING) {
      throw new GraphIncompleteError(
        `Microsoft Graph left out ${missing + search.rejected.size} of ${ids.length} people (request ${search.requestId}). Check that they still exist.`,
      );
    }
    return search.presences;
  }

  /** Graph may reject everything for a moment, which may end in the middle of a search: nobody is blamed for that. */
  async function confirmRejected(search: ShardSearch, token: AccessToken, signal: AbortSignal, tally: Tally) {
    if (search.presences.size === 0) return;
    for (const id of [...search.rejected].slice(0, CONFIRMATIONS)) {
      tally.requests += 1;
      try {
        const { presences } = await source.read([id], token, signal);
        for (const [found, presence] of presences) search.presences.set(found, presence);
        search.rejected.delete(id);
      } catch (error) {
        // Whatever else goes wrong now, this cycle has what the search found; the next one asks again.
        if (!(error instanceof GraphRejectedError)) return;
        search.confirmed.add(id);
      }
    }
  }

  /** Keeps what a search found out. With nobody read it found out nothing: Graph rejects everything right now. */
  function rememberSearch(shard: number, { presences, confirmed, requestsLeft }: ShardSearch, limit: number): void {
    for (const id of confirmed) quarantine.set(id, monotonic() + QUARANTINE_MS);
    const searched = limit > 1 && requestsLeft < limit - 1;
    if (presences.size === 0 && searched) searchAgainAt.set(shard, monotonic() + SEARCH_PAUSE_MS);
  }

  async function readOnce(shard: number, ids: readonly string[], signal: AbortSignal, tally: Tally) {
    tally.attempts += 1;
    const token = await tokens.token('presence');
    const sentAt = clock();
    tally.sentAt = sentAt;
    const limit = monotonic() >= (searchAgainAt.get(shard) ?? Number.NEGATIVE_INFINITY) ? BISECT_REQUESTS : 1;
    const search: ShardSearch = {
      presences: new Map(),
      rejected: new Set(),
      confirmed: new Set(),
      requestId: '',
      requestsLeft: limit,
    };
    try {
      await readInto(search, ids, token, signal).catch(async error => {
        // A search that ran out of requests; any other error, such as a wait that Graph asks for, binds at once.
        if (error instanceof GraphRejectedError) await confirmRejected(search, token, signal, tally);
        throw error;
      });
      await confirmRejected(search, token, signal, tally);
      searchAgainAt.delete(shard);
      const presences = plausiblePresences(search, ids);
      return { sentAt, presences, requestId: search.requestId, rejected: search.rejected.size, signIn: token.mode };
    } catch (error) {
      if (!(error instanceof GraphRejectedError)) searchAgainAt.delete(shard);
      // A token keeps the permissions it was issued with: consent given since then is in a new one only.
      if (error instanceof GraphUnauthorizedError || error instanceof GraphForbiddenError) tokens.discard(token);
      throw error;
    } finally {
      tally.requests += limit - search.requestsLeft;
      rememberSearch(shard, search, limit);
    }
  }

  return async (shard, members, signal) => {
    const ids = members.filter(id => !isQuarantined(id));
    const quarantined = members.length - ids.length;
    if (ids.length === 0) return failure(shard, 0, rejection(quarantined));
    const tally: Tally = { requests: 0, attempts: 0, sentAt: clock() };
    const patience = { attempts: ATTEMPTS, longestWaitMs: LONGEST_WAIT_MS, waitMs: waitBefore, sleep, signal };
    try {
      const { rejected, ...read } = await retryAfter(patience, () => readOnce(shard, ids, signal, tally));
      const rejectedNow = quarantined + rejected;
      const error = rejectedNow > 0 ? rejection(rejectedNow) : undefined;
      return { shard, ...read, notBefore: 0, error, ...costOf(tally) };
    } catch (error) {
      const fault = error instanceof Error ? error : new Error(String(error));
      const wait = error instanceof GraphThrottledError ? Math.min(error.retryAfterMs, LONGEST_WAIT_OF_GRAPH_MS) : 0;
      return failure(shard, tally.sentAt, fault, wait === 0 ? 0 : clock() + wait, tally);
    }
  };
}
