import type { Monotonic } from './clock.ts';

/**
 * Says of things that may happen many times a second when to speak of them: of the first of a kind at once, then once in
 * each period while it goes on.
 *
 * @returns how many of the kind there were since they were last spoken of; 0 to keep silent
 */
export function rarely(monotonic: Monotonic, periodMs: number): (kind: string) => number {
  const kinds = new Map<string, { spokenAt: number; unspoken: number }>();
  return kind => {
    const now = monotonic();
    const known = kinds.get(kind);
    if (known !== undefined && now - known.spokenAt < periodMs) {
      known.unspoken += 1;
      return 0;
    }
    kinds.set(kind, { spokenAt: now, unspoken: 0 });
    return 1 + (known?.unspoken ?? 0);
  };
}
