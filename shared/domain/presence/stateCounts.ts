import { normalize } from '../../lib/normalize.ts';
import type { TeamsPresence } from './teamsPresence.ts';

type StateCounts = Readonly<Record<'available' | 'busy' | 'away' | 'unknown', number>>;

const STATES: Readonly<Record<string, keyof StateCounts>> = {
  available: 'available',
  availableidle: 'available',
  busy: 'busy',
  busyidle: 'busy',
  donotdisturb: 'busy',
  away: 'away',
  berightback: 'away',
  offline: 'away',
};
const FEWEST_PEOPLE = 5;

/** Whether so few people are read that any count says something about one of them. */
export function isHandful(people: number): boolean {
  return people < FEWEST_PEOPLE;
}

/** How many people are in which state, for a log that must name nobody; undefined for a handful of people. */
export function stateCounts(presences: Iterable<TeamsPresence>): StateCounts | undefined {
  const counts = { available: 0, busy: 0, away: 0, unknown: 0 };
  let people = 0;
  for (const { availability } of presences) {
    counts[STATES[normalize(availability)] ?? 'unknown'] += 1;
    people += 1;
  }
  return isHandful(people) ? undefined : counts;
}
