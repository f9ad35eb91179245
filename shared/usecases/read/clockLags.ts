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
    seen = shards.map(({ checkedAt }, shard) => {
      const before = seen[shard];
      return before?.checkedAt === checkedAt ? before : { checkedAt, ...now };
    });
    return seen.map(first => Math.max(0, Math.round(first.clock + now.monotonic - first.monotonic - now.clock)));
  };
}
