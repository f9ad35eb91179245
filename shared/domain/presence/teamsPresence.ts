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

/** What keeps calls away and stands among the activities alone in Microsoft's long-standing list, the gravest first. */
const GRAVEST_FIRST = 'InACall InAConferenceCall Presenting UrgentInterruptionsOnly Focusing InAMeeting'.split(' ');
const GRAVITY = new Map(GRAVEST_FIRST.map((activity, place) => [activity, place]));

type Values = Pick<TeamsPresence, 'availability' | 'activity'>;

/**
 * The two values as the long-standing list has them. A newer page of Microsoft (learn.microsoft.com/graph/api/resources/presence)
 * lists calls and meetings under availability: wherever the gravest one stands, it is the activity. Beside it there is
 * Busy or DoNotDisturb, so that nobody becomes free by this.
 */
export function asListed({ availability, activity }: Values): Values {
  const moved = GRAVITY.get(canonicalValue(availability));
  const stands = GRAVITY.get(canonicalValue(activity)) ?? GRAVITY.size;
  if (moved === undefined || moved >= stands) return { availability, activity };
  return { availability: equalValue(activity, 'DoNotDisturb') ? 'DoNotDisturb' : 'Busy', activity: availability };
}

export function isInCall(presence: Values): boolean {
  const { activity } = asListed(presence);
  return equalValue(activity, 'InACall') || equalValue(activity, 'InAConferenceCall');
}

export function isInMeeting(presence: Values): boolean {
  return equalValue(asListed(presence).activity, 'InAMeeting');
}

/** Whether a value is not there, or Teams does not tell it. */
export function isHidden(value: string): boolean {
  return value === '' || canonicalValue(value) === 'PresenceUnknown';
}

/** What says nothing of whether a call has ended: nothing at all, a shared screen, a status set by hand meanwhile. */
export function saysNothingOfCalls(presence: Values): boolean {
  const { availability, activity } = asListed(presence);
  if (isHidden(availability) || isHidden(activity)) return true;
  return equalValue(activity, 'Presenting') || equalValue(availability, 'DoNotDisturb');
}
