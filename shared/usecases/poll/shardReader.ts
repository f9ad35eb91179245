import pMap from 'p-map';
import { believedWait } from '../../domain/presence/freshness.ts';
import { type Head, hasJustFailed, shardStatus } from '../../domain/snapshot/head.ts';
import { GraphThrottledError, GraphUnavailableError } from '../../errors/errors.ts';
import { type OneShardDeps, oneShardReader } from './oneShardReader.ts';
import { failure, type ShardOutcome, sparedOutcome } from './shardOutcome.ts';

const FEWEST_AT_ONCE = 4;
const MOST_AT_ONCE = 16;

interface ShardReaderDeps extends OneShardDeps {
  /** Requests at once; as many as the shards want, within limits, unless said otherwise. */
  readonly concurrency?: number;
}

/** What is to be read: the ids of each shard, and what is published of them. */
export interface ShardRequest {
  readonly members: readonly (readonly string[])[];
  readonly head: Head;
  readonly signal: AbortSignal;
  /** Shards that failed a moment ago are left to the timer. */
  readonly sparesFailed: boolean;
}

/** Hands over the outcome of each shard as soon as there is one; ends with the last of them. */
export type ShardReader = (request: ShardRequest, add: (outcome: ShardOutcome) => void) => Promise<unknown>;

/** Reads shards from Graph with bounded concurrency. */
export function shardReader({ concurrency, ...deps }: ShardReaderDeps): ShardReader {
  const { clock, monotonic } = deps;
  const readShard = oneShardReader(deps);
  /** Shards that are being read; a later cycle does not ask for the same people a second time meanwhile. */
  const unanswered = new Map<number, { readonly ids: readonly string[]; readonly since: number }>();

  function throttledOutcome(shard: number, notBefore: number, now: number): ShardOutcome {
    const seconds = Math.ceil((notBefore - now) / 1000);
    const error = new GraphThrottledError(`Microsoft Graph asked to wait another ${seconds} s.`, notBefore - now);
    return failure(shard, 0, error, notBefore);
  }

  function unansweredOutcome(shard: number, since: number): ShardOutcome {
    const seconds = Math.round((monotonic() - since) / 1000);
    const sentence = `Microsoft Graph has not answered for ${seconds} s. The connector asks again by itself.`;
    return failure(shard, 0, new GraphUnavailableError(sentence));
  }

  /** Since when an earlier cycle waits for the answer; undefined when the shard is this cycle's from now on. */
  function claim(ids: readonly string[], shard: number): number | undefined {
    const earlier = unanswered.get(shard);
    if (earlier?.ids === ids) return earlier.since;
    unanswered.set(shard, { ids, since: monotonic() });
    return undefined;
  }

  function release(ids: readonly string[], shard: number): void {
    if (unanswered.get(shard)?.ids === ids) unanswered.delete(shard);
  }

  return ({ members, head, signal, sparesFailed }, add) => {
    const askedSince = members.map(claim);

    async function outcomeOf(ids: readonly string[], shard: number): Promise<ShardOutcome> {
      const since = askedSince[shard];
      if (since !== undefined) return unansweredOutcome(shard, since);
      const now = clock();
      const status = shardStatus(head, shard);
      const wait = believedWait(status.notBefore, now);
      try {
        if (sparesFailed && hasJustFailed(status, now)) return sparedOutcome(shard);
        return now < wait ? throttledOutcome(shard, wait, now) : await readShard(shard, ids, signal);
      } finally {
        release(ids, shard);
      }
    }

    return pMap(members, async (ids, shard) => add(await outcomeOf(ids, shard)), {
      concurrency: concurrency ?? Math.min(MOST_AT_ONCE, Math.max(FEWEST_AT_ONCE, members.length)),
    });
  };
}
