import { normalize } from '../../lib/normalize.ts';

/** What Teams says of a person, in Microsoft's spelling. Both fields are empty when Graph left the person out. */
export interface TeamsPresence {
  readonly availability: string;
  readonly activity: string;
  readonly outOfOffice: boolean;
  /** Graph's lexicographically sortable version stamp; empty when it sent none. */
  readonly sequence: string;
}

/** The last-known presence of one person, as stored. Times are milliseconds since 1970, UTC; 0 is never. */
export interface PresenceRow extends TeamsPresence {
  /** Entra object id, lower case. */
  readonly userId: string;
  /** When availability, activity or out-of-office last became different. */
  readonly changedAt: number;
  /** Since when the person is continuously Available or AvailableIdle; 0 when they are not, or nobody knows. */
  readonly availableSince: number;
  /** The instant before the request was sent whose answer this row holds. */
  readonly observedAt: number;
  /** The revision that published this row, or was about to. */
  readonly revision: number;
}

/** The presence of somebody whom Graph was asked about and left out: unknown, never offline and never free. */
export const MISSING_PRESENCE: TeamsPresence = { availability: '', activity: '', outOfOffice: false, sequence: '' };

// learn.microsoft.com/graph/api/resources/presence lists these; newer pages spell them in lowerCamel, so any case
// is accepted and this spelling is handed on. Values not listed here pass through as they came.
const KNOWN_VALUES = [
  'Available',
  'AvailableIdle',
  'AvailableInactive',
  'Away',
  'BeRightBack',
  'Busy',
  'BusyIdle',
  'DoNotDisturb',
  'Focusing',
  'InACall',
  'InAConferenceCall',
  'Inactive',
  'InAMeeting',
  'Offline',
  'OffWork',
  'OutOfOffice',
  'PresenceUnknown',
  'Presenting',
  'UrgentInterruptionsOnly',
];
const SPELLING = new Map(KNOWN_VALUES.map(value => [value.toLowerCase(), value]));

/** Microsoft's documented spelling of a Teams value; unknown values come back as they are. */
export function canonicalValue(value: string): string {
  return SPELLING.get(normalize(value)) ?? value;
}

/** Whether Microsoft lists the value. */
export function isKnownValue(value: string): boolean {
  return SPELLING.has(normalize(value));
}

function equalValue(a: string, b: string): boolean {
  return a === b || a.toLowerCase() === b.toLowerCase();
}

/** True when nothing a person could see differs: spelling and the version stamp do not count. */
export function samePresence(a: TeamsPresence, b: TeamsPresence): boolean {
  return (
    equalValue(a.availability, b.availability) && equalValue(a.activity, b.activity) && a.outOfOffice === b.outOfOffice
  );
}

function isAvailable(presence: TeamsPresence): boolean {
  return equalValue(presence.availability, 'Available') || equalValue(presence.availability, 'AvailableIdle');
}

export type Observation = 'unchanged' | 'outdated' | 'changed';

/**
 * Holds one answer of Graph against the row that is stored.
 * The request that was sent later wins, whatever its version stamp says; the stamp decides only between two requests
 * of the same instant.
 *
 * @param sentAt the instant before the request was sent
 */
export function compareObservation(row: PresenceRow | undefined, seen: TeamsPresence, sentAt: number): Observation {
  if (row === undefined) return 'changed';
  if (sentAt < row.observedAt) return 'outdated';
  if (sentAt === row.observedAt && seen.sequence < row.sequence) return 'outdated';
  return samePresence(row, seen) ? 'unchanged' : 'changed';
}

/** The row that records a changed observation. */
export function observedRow(
  userId: string,
  row: PresenceRow | undefined,
  seen: TeamsPresence,
  sentAt: number,
  revision: number,
): PresenceRow {
  // Nobody knows since when somebody is free who was never seen before: nothing has to settle.
  const before = row === undefined ? 0 : sentAt;
  const since = row !== undefined && isAvailable(row) ? row.availableSince : before;
  return {
    userId,
    availability: seen.availability,
    activity: seen.activity,
    outOfOffice: seen.outOfOffice,
    sequence: seen.sequence,
    changedAt: sentAt,
    availableSince: isAvailable(seen) ? since : 0,
    observedAt: sentAt,
    revision,
  };
}
