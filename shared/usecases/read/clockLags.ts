import type { Head } from '../../domain/snapshot/head.ts';
import type { Clock, Monotonic } from '../../lib/clock.ts';

interface FirstSight {
  readonly checkedAt: number;
  readonly clock: number;
  readonly monotonic: number;
}

/**
 * Tells by how many milliseconds the clock lags behind the time that has passed since this process first saw how old a
 * shard is: a clock that was set back must not make anything look younger.
 */
export function clockLags(clock: Clock, monotonic: Monotonic) {
  let seen: FirstSight[] = [];
  return ({ shards }: Head): number[] => {
    const now = { clock: clock(), monotonic: monotonic() };
    const lagOf = (first: FirstSight) =>
      Math.max(0, Math.round(first.clock + now.monotonic - first.monotonic - now.clock));
    const known = seen;
    // A shard that was never read as it is cut now holds readings of others: the greatest lag of them may be theirs.
    const carriedOn = (before = known.toSorted((a, b) => lagOf(b) - lagOf(a))[0]) => ({
      ...(before ?? now),
      checkedAt: 0,
    });
    seen = shards.map(({ checkedAt }, shard) => {
      const before = known[shard];
      if (before?.checkedAt === checkedAt) return before;
      return checkedAt === 0 ? carriedOn(before) : { checkedAt, ...now };
    });
    return seen.map(lagOf);
  };
}
