import type { Time } from '../../lib/clock.ts';
import { EVENTS, type Log } from '../../ports/log.ts';

/** One line a minute says that the ACD asks; a line for every question would be a history. */
const MINUTE_MS = 60_000;
const MINUTES_KEPT = 60;
/** Ages are counted by whole seconds; what is older than this is as old as this. */
const OLDEST_COUNTED = 300;

const NOTHING = { pulls: 0, unchanged: 0, renewed: 0 };

interface Minute {
  /** By the monotonic clock. */
  readonly startedAt: number;
  pulls: number;
  renewed: number;
  /** How many pulls met data of so many seconds. */
  readonly ages: number[];
}

/** One answer to the ACD. */
interface Pull {
  readonly status: number;
  /** Age of the data in the answer, in seconds. */
  readonly ageSeconds: number;
  /** It had the data renewed before it was answered. */
  readonly renewed: boolean;
}

/** What this process has answered. */
export interface PullCounts {
  /** Milliseconds since 1970; 0 for never. */
  readonly lastAt: number;
  /** Of the last hour. */
  readonly pulls: number;
  readonly renewed: number;
  /** Age of the data at half of the pulls of the last hour, and at all but one of a hundred; -1 without any. */
  readonly ageP50: number;
  readonly ageP99: number;
}

function percentile(ages: readonly number[], share: number): number {
  const total = ages.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  for (const [age, count] of ages.entries()) {
    seen += count;
    if (total > 0 && seen >= total * share) return age;
  }
  return -1;
}

/** Counts the answers of this process, logs once a minute how many there were, and tells of the last hour. */
export function pullMonitor({ clock, monotonic }: Pick<Time, 'clock' | 'monotonic'>) {
  let minutes: Minute[] = [];
  let lastAt = 0;
  let loggedAt = Number.NEGATIVE_INFINITY;
  let sinceLine = NOTHING;

  function minuteOf(now: number): Minute {
    const current = minutes.at(-1);
    if (current !== undefined && now - current.startedAt < MINUTE_MS) return current;
    const minute: Minute = { startedAt: now, pulls: 0, renewed: 0, ages: [] };
    minutes = [...minutes.slice(1 - MINUTES_KEPT), minute];
    return minute;
  }

  return {
    count({ status, ageSeconds, renewed }: Pull, log: Log): void {
      lastAt = clock();
      const now = monotonic();
      const minute = minuteOf(now);
      minute.pulls += 1;
      minute.renewed += renewed ? 1 : 0;
      const age = Math.min(OLDEST_COUNTED, ageSeconds);
      minute.ages[age] = (minute.ages[age] ?? 0) + 1;
      sinceLine = {
        pulls: sinceLine.pulls + 1,
        unchanged: sinceLine.unchanged + (status === 304 ? 1 : 0),
        renewed: sinceLine.renewed + (renewed ? 1 : 0),
      };
      if (now - loggedAt < MINUTE_MS) return;
      log(EVENTS.pullsServed, sinceLine);
      [sinceLine, loggedAt] = [NOTHING, now];
    },

    counts(): PullCounts {
      const since = monotonic() - MINUTES_KEPT * MINUTE_MS;
      const recent = minutes.filter(({ startedAt }) => startedAt >= since);
      const ages = Array.from({ length: OLDEST_COUNTED + 1 }, (_, age) =>
        recent.reduce((sum, minute) => sum + (minute.ages[age] ?? 0), 0),
      );
      return {
        lastAt,
        pulls: recent.reduce((sum, { pulls }) => sum + pulls, 0),
        renewed: recent.reduce((sum, { renewed }) => sum + renewed, 0),
        ageP50: percentile(ages, 0.5),
        ageP99: percentile(ages, 0.99),
      };
    },
  };
}

export type PullMonitor = ReturnType<typeof pullMonitor>;
