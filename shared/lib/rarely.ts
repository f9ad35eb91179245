import type { Monotonic } from './clock.ts';

interface Rarely {
  /** Counts one of a kind: how many there were since they were last spoken of, or 0 to keep silent for now. */
  count(kind: string): number;
  /** The kinds that ended within their period, with how many of each nobody has spoken of; they are forgotten. */
  ended(): readonly (readonly [kind: string, count: number])[];
}

/**
 * Says of things that may happen many times a second when to speak of them: of the first of a kind at once, then once in
 * each period while it goes on, and once of those after the last time.
 */
export function rarely(monotonic: Monotonic, periodMs: number): Rarely {
  const kinds = new Map<string, { spokenAt: number; unspoken: number }>();
  return {
    count(kind) {
      const now = monotonic();
      const known = kinds.get(kind);
      if (known !== undefined && now - known.spokenAt < periodMs) {
        known.unspoken += 1;
        return 0;
      }
      kinds.set(kind, { spokenAt: now, unspoken: 0 });
      return 1 + (known?.unspoken ?? 0);
    },
    ended() {
      const now = monotonic();
      const over = [...kinds].filter(([, { spokenAt }]) => now - spokenAt >= periodMs);
      for (const [kind] of over) kinds.delete(kind);
      return over.flatMap(([kind, { unspoken }]) => (unspoken > 0 ? [[kind, unspoken] as const] : []));
    },
  };
}
