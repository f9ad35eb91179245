import type { Condition } from './conditions.ts';
import type { Rule, TelStatus } from './rule.ts';

export const PRESET_NAMES = ['strict', 'acd-decides', 'calls-only'] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

const ANYTHING: Condition = {};
const activity = (...values: string[]): Condition => ({ activity: values });
const availability = (...values: string[]): Condition => ({ availability: values });
const either = (...values: string[]): Condition[] => [availability(...values), activity(...values)];

function rule(id: string, when: readonly Condition[], telStatus: TelStatus, reachable: 0 | 1): Rule {
  return { id, when, telStatus, reachable, agentStatus: '', settleSeconds: 0 };
}

const IN_A_CALL = rule('in-a-call', [activity('InACall', 'InAConferenceCall')], 1, 0);
const UNDISTURBED = [
  rule('presenting', [activity('Presenting')], 1, 0),
  rule('do-not-disturb', [...either('DoNotDisturb'), activity('Focusing', 'UrgentInterruptionsOnly')], 1, 0),
];
const ON_THE_PHONE = [IN_A_CALL, rule('in-a-meeting', [activity('InAMeeting')], 1, 0), ...UNDISTURBED];
const MEETING_AFTER_CALL = rule('meeting-after-call', [{ activity: ['InAMeeting'], afterCall: 1 }], 1, 0);

/**
 * The rule tables that are there from the start. Of whom nothing is known, nobody is reachable in any.
 *
 * `strict` offers calls to people who are plainly available. `acd-decides` keeps calls from people who are on the
 * phone or do not want to be disturbed, and leaves everything else to the log-in at the ACD. `calls-only` lets meetings
 * through as well, but for those that followed a call without a break: Teams shows some calls as a meeting after a while.
 */
export const PRESETS: Readonly<Record<PresetName, readonly Rule[]>> = {
  strict: [
    ...ON_THE_PHONE,
    rule('busy', either('Busy', 'BusyIdle'), 1, 0),
    rule('available', [availability('Available', 'AvailableIdle')], 0, 1),
    rule('away', [...either('Away', 'BeRightBack', 'Offline'), activity('OffWork', 'OutOfOffice', 'Inactive')], 0, 0),
    rule('anything-else', [ANYTHING], 1, 0),
  ],
  'acd-decides': [...ON_THE_PHONE, rule('anything-else', [ANYTHING], 0, 1)],
  'calls-only': [IN_A_CALL, MEETING_AFTER_CALL, ...UNDISTURBED, rule('anything-else', [ANYTHING], 0, 1)],
};

export const DEFAULT_PRESET: PresetName = 'strict';
