import { describe, expect, test } from 'vitest';
import { readRulesFile } from '../../../../shared/domain/rules/ruleSet.ts';
import { agent, judged, presence, reading } from '../../../support/builders.ts';

/** availability, activity, rule, telStatus, reachable: every row of the default rules, from both fields where both count. */
const ROWS = [
  ['', '', 'unknown', 1, 0],
  ['PresenceUnknown', 'PresenceUnknown', 'unknown', 1, 0],
  ['Available', 'PresenceUnknown', 'unknown', 1, 0],
  ['Busy', 'InACall', 'in-a-call', 1, 0],
  ['Available', 'InACall', 'in-a-call', 1, 0],
  ['Busy', 'InAConferenceCall', 'in-a-call', 1, 0],
  ['DoNotDisturb', 'InACall', 'in-a-call', 1, 0],
  ['Busy', 'InAMeeting', 'in-a-meeting', 1, 0],
  ['DoNotDisturb', 'Presenting', 'presenting', 1, 0],
  ['DoNotDisturb', 'DoNotDisturb', 'do-not-disturb', 1, 0],
  ['Available', 'DoNotDisturb', 'do-not-disturb', 1, 0],
  ['DoNotDisturb', 'Focusing', 'do-not-disturb', 1, 0],
  ['Busy', 'Focusing', 'do-not-disturb', 1, 0],
  ['Busy', 'UrgentInterruptionsOnly', 'do-not-disturb', 1, 0],
  ['Busy', 'Busy', 'busy', 1, 0],
  ['BusyIdle', 'Inactive', 'busy', 1, 0],
  ['Available', 'Busy', 'busy', 1, 0],
  ['Available', 'BusyIdle', 'busy', 1, 0],
  ['Available', 'Available', 'available', 0, 1],
  ['AvailableIdle', 'Inactive', 'available', 0, 1],
  ['Available', 'OutOfOffice', 'available', 0, 1],
  ['Available', 'AvailableInactive', 'available', 0, 1],
  ['Away', 'Away', 'away', 0, 0],
  ['BeRightBack', 'BeRightBack', 'away', 0, 0],
  ['Offline', 'Offline', 'away', 0, 0],
  ['Offline', 'OffWork', 'away', 0, 0],
  ['OutOfOffice', 'OutOfOffice', 'away', 0, 0],
  ['Whatever', 'OffWork', 'away', 0, 0],
  ['Whatever', 'Inactive', 'away', 0, 0],
  ['Whatever', 'Away', 'away', 0, 0],
  ['Hologram', 'Hologram', 'anything-else', 1, 0],
  ['', 'Available', 'unknown', 1, 0],
  ['Available', '', 'unknown', 1, 0],
  ['Busy', '', 'unknown', 1, 0],
  ['InACall', 'Busy', 'in-a-call', 1, 0],
  ['InAMeeting', 'Busy', 'in-a-meeting', 1, 0],
] as const;

const seenAs = (availability: string, activity: string) => reading(presence(availability, activity));
const strict = (availability: string, activity: string) =>
  judged(agent(1), seenAs(availability, activity), 'fresh').result;

describe('the preset strict', () => {
  test.each(ROWS)('%s / %s is %s', (availability, activity, rule, telStatus, reachable) => {
    expect(strict(availability, activity)).toMatchObject({ rule, telStatus, reachable });
  });

  test.each(ROWS)('%s / %s is the same in any case', (availability, activity, rule) => {
    expect(strict(availability.toLowerCase(), activity.toUpperCase()).rule).toBe(rule);
  });

  test('telStatusText follows telStatus, and says unknown where nothing is known', () => {
    expect(strict('Available', 'Available').telStatusText).toBe('free');
    expect(strict('Busy', 'Busy').telStatusText).toBe('busy');
    expect(strict('PresenceUnknown', 'PresenceUnknown').telStatusText).toBe('unknown');
  });
});

test.each([
  ['Busy', 'InACall', 'in-a-call', 0],
  ['Busy', 'InAMeeting', 'in-a-meeting', 0],
  ['DoNotDisturb', 'Presenting', 'presenting', 0],
  ['DoNotDisturb', 'DoNotDisturb', 'do-not-disturb', 0],
  ['PresenceUnknown', 'PresenceUnknown', 'unknown', 0],
  ['Busy', 'Busy', 'anything-else', 1],
  ['Away', 'Away', 'anything-else', 1],
  ['Offline', 'OffWork', 'anything-else', 1],
  ['InACall', 'Busy', 'in-a-call', 0],
  ['inAConferenceCall', 'busy', 'in-a-call', 0],
  ['InAMeeting', 'Busy', 'in-a-meeting', 0],
  ['Presenting', 'DoNotDisturb', 'presenting', 0],
  ['Focusing', 'DoNotDisturb', 'do-not-disturb', 0],
  ['Busy', '', 'unknown', 0],
  ['Available', 'Available', 'anything-else', 1],
] as const)('the preset acd-decides: %s / %s is %s', (availability, activity, rule, reachable) => {
  const acd = readRulesFile('{"preset": "acd-decides"}', 'r1');
  const { result } = judged(agent(1), seenAs(availability, activity), 'fresh', { table: acd });
  expect(result).toMatchObject({ rule, reachable, telStatus: reachable === 1 ? 0 : 1 });
});

test.each([
  ['Busy', 'InAMeeting', false, 1],
  ['Busy', 'InAMeeting', true, 0],
  ['Busy', 'InACall', false, 0],
  ['InACall', 'InAMeeting', false, 0],
  ['InAMeeting', 'Busy', true, 0],
  ['Busy', 'Busy', true, 1],
  ['DoNotDisturb', 'DoNotDisturb', false, 0],
  ['PresenceUnknown', 'PresenceUnknown', false, 0],
  ['Offline', 'Offline', false, 1],
] as const)(
  'the preset calls-only: %s / %s, after a call %s, is reachable %i',
  (availability, activity, afterCall, reachable) => {
    const table = readRulesFile('{"preset": "calls-only"}', 'r1');
    const seen = reading(presence(availability, activity), { afterCall });
    expect(judged(agent(1), seen, 'fresh', { table }).result.reachable).toBe(reachable);
  },
);
