import { canonicalValue } from '../../shared/domain/presence/teamsPresence.ts';
import { normalize } from '../../shared/lib/normalize.ts';
import { chance } from './people.ts';

/** What Teams shows of a person. */
export interface Shown {
  readonly availability: string;
  readonly activity: string;
  readonly outOfOffice?: boolean;
}

/** A person keeps a state for this many minutes of the simulated day. */
const SLOT_MINUTES = 10;

const AVAILABILITY: Readonly<Record<string, string>> = {
  available: 'Available',
  away: 'Away',
  berightback: 'BeRightBack',
  busy: 'Busy',
  donotdisturb: 'DoNotDisturb',
  focusing: 'DoNotDisturb',
  inacall: 'Busy',
  inaconferencecall: 'Busy',
  inactive: 'Away',
  inameeting: 'Busy',
  offline: 'Offline',
  offwork: 'Offline',
  outofoffice: 'Offline',
  presenceunknown: 'PresenceUnknown',
  presenting: 'DoNotDisturb',
  urgentinterruptionsonly: 'DoNotDisturb',
};

/** The availability Teams shows beside an activity; an activity nobody knows stands for itself. */
export function shownFor(activity: string): Shown {
  const value = canonicalValue(activity);
  return { availability: AVAILABILITY[normalize(activity)] ?? value, activity: value };
}

/** What people do at work, with the share of their time it takes. */
const AT_WORK: readonly (readonly [share: number, activity: string])[] = [
  [0.5, 'Available'],
  [0.7, 'InACall'],
  [0.8, 'InAMeeting'],
  [0.86, 'Busy'],
  [0.9, 'Away'],
  [0.93, 'BeRightBack'],
  [0.96, 'DoNotDisturb'],
  [0.98, 'Presenting'],
  [1, 'InAConferenceCall'],
];

/** A person's state at a minute of the working day: arrives, talks, meets, eats, leaves; the same for the same seed. */
export function scriptedPresence(seed: number, personId: string, minute: number): Shown {
  const time = minute % 1_440;
  const arrives = 7 * 60 + chance(seed, personId, 'arrives') * 120;
  const leaves = 16 * 60 + chance(seed, personId, 'leaves') * 120;
  const lunch = 12 * 60 + chance(seed, personId, 'lunch') * 60;
  if (time < arrives || time >= leaves) return shownFor('OffWork');
  if (time >= lunch && time < lunch + 30) return shownFor('Away');
  const slot = chance(seed, personId, Math.floor(minute / SLOT_MINUTES));
  return shownFor(AT_WORK.find(([share]) => slot < share)?.[1] ?? 'Available');
}
