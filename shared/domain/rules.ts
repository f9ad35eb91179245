import type { TeamsPresence } from './presence.ts';

/** The telephone status of the ACD: 0 free, 1 busy, 2 ringing. */
export type TelStatus = 0 | 1 | 2;

export interface Rule {
  readonly id: string;
  readonly matches: (presence: TeamsPresence) => boolean;
  readonly telStatus: TelStatus;
  readonly reachable: 0 | 1;
}

export interface RuleResult {
  readonly rule: string;
  readonly telStatus: TelStatus;
  readonly telStatusText: string;
  readonly reachable: 0 | 1;
}

const TEL_STATUS_TEXT = { 0: 'free', 1: 'busy', 2: 'ringing' } as const;

type Field = 'availability' | 'activity';

/** A condition on one or both fields; the values are compared in any case. */
function condition(fields: readonly Field[], values: readonly string[]): (presence: TeamsPresence) => boolean {
  const wanted = new Set(values.map(value => value.toLowerCase()));
  return presence => fields.some(field => wanted.has(presence[field].toLowerCase()));
}

const activity = (...values: string[]) => condition(['activity'], values);
const availability = (...values: string[]) => condition(['availability'], values);
const either = (...values: string[]) => condition(['availability', 'activity'], values);

const any =
  (...conditions: Rule['matches'][]): Rule['matches'] =>
  presence =>
    conditions.some(matches => matches(presence));

const leftOut = (presence: TeamsPresence) => presence.availability === '' && presence.activity === '';

const rule = (id: string, matches: Rule['matches'], telStatus: TelStatus, reachable: 0 | 1): Rule => ({
  id,
  matches,
  telStatus,
  reachable,
});

/**
 * The preset `strict`: the first rule that matches decides, and only somebody who is plainly available is reachable.
 * Staleness comes before all of them; it is decided by the age of the answer, not by the presence.
 */
export const STRICT_RULES: readonly Rule[] = [
  rule('unknown', any(leftOut, either('PresenceUnknown')), 1, 0),
  rule('in-a-call', activity('InACall', 'InAConferenceCall'), 1, 0),
  rule('in-a-meeting', activity('InAMeeting'), 1, 0),
  rule('presenting', activity('Presenting'), 1, 0),
  rule('do-not-disturb', any(either('DoNotDisturb'), activity('Focusing', 'UrgentInterruptionsOnly')), 1, 0),
  rule('busy', either('Busy', 'BusyIdle'), 1, 0),
  rule('available', availability('Available', 'AvailableIdle'), 0, 1),
  rule('away', any(either('Away', 'BeRightBack', 'Offline'), activity('OffWork', 'OutOfOffice', 'Inactive')), 0, 0),
  rule('anything-else', () => true, 1, 0),
];

/** Rule ids that no rule table may use: they say why there is nothing to decide on. */
export type ReservedRule = 'never-seen' | 'not-in-directory' | 'account-disabled' | 'unknown' | 'stale';

/** Nothing is known of the person: not reachable, and busy rather than free. */
export function unknownResult(rule: ReservedRule): RuleResult {
  return { rule, telStatus: 1, telStatusText: 'unknown', reachable: 0 };
}

export function applyRules(rules: readonly Rule[], presence: TeamsPresence): RuleResult {
  const match = rules.find(candidate => candidate.matches(presence));
  if (match === undefined || match.id === 'unknown') return unknownResult('unknown');
  return {
    rule: match.id,
    telStatus: match.telStatus,
    telStatusText: TEL_STATUS_TEXT[match.telStatus],
    reachable: match.reachable,
  };
}
