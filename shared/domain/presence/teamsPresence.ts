import { normalize } from '../../lib/normalize.ts';

/** What Teams says of a person, in Microsoft's spelling. Both fields are empty when Graph left the person out. */
export interface TeamsPresence {
  readonly availability: string;
  readonly activity: string;
  readonly outOfOffice: boolean;
  /** Graph's lexicographically sortable version stamp; empty when it sent none. */
  readonly sequence: string;
}

/** The presence of somebody whom Graph was asked about and left out: unknown, never offline and never free. */
export const MISSING_PRESENCE: TeamsPresence = { availability: '', activity: '', outOfOffice: false, sequence: '' };

// learn.microsoft.com/graph/api/resources/presence lists these; newer pages spell them in lowerCamel, so any case
// is accepted and this spelling is handed on. Values not listed here pass through as they came.
const AVAILABILITIES = [
  'Available',
  'AvailableIdle',
  'AvailableInactive',
  'Away',
  'BeRightBack',
  'Busy',
  'BusyIdle',
  'DoNotDisturb',
  'Offline',
  'PresenceUnknown',
];
/** Every availability may be an activity too. */
export const KNOWN_VALUES = [
  ...AVAILABILITIES,
  'Focusing',
  'InACall',
  'InAConferenceCall',
  'Inactive',
  'InAMeeting',
  'OffWork',
  'OutOfOffice',
  'Presenting',
  'UrgentInterruptionsOnly',
];
const SPELLING = new Map(
  KNOWN_VALUES.flatMap(value => [value, value.toLowerCase()].map(text => [text, value] as const)),
);

/** Microsoft's documented spelling of a Teams value; unknown values come back as they are. */
export function canonicalValue(value: string): string {
  // As a rule the spelling is the documented one.
  return SPELLING.get(value) ?? SPELLING.get(normalize(value)) ?? value;
}

/** Whether Microsoft lists the value for the field. */
export function isKnownValue(value: string, field: 'availability' | 'activity'): boolean {
  const known = SPELLING.get(normalize(value));
  return known !== undefined && (field === 'activity' || AVAILABILITIES.includes(known));
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

/** Whether Teams shows the person as free, be it that they have not touched anything for a while. */
export function isAvailable(presence: TeamsPresence): boolean {
  return equalValue(presence.availability, 'Available') || equalValue(presence.availability, 'AvailableIdle');
}

export function isInCall({ activity }: TeamsPresence): boolean {
  return equalValue(activity, 'InACall') || equalValue(activity, 'InAConferenceCall');
}

export function isInMeeting({ activity }: Pick<TeamsPresence, 'activity'>): boolean {
  return equalValue(activity, 'InAMeeting');
}
