import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyRules, STRICT_RULES } from '../../shared/domain/rules.ts';
import { presence } from '../support/builders.ts';

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
  ['', 'Available', 'anything-else', 1, 0],
] as const;

describe('the preset strict', () => {
  test.each(ROWS)('%s / %s is %s', (availability, activity, rule, telStatus, reachable) => {
    expect(applyRules(STRICT_RULES, presence(availability, activity))).toMatchObject({ rule, telStatus, reachable });
  });

  test.each(ROWS)('%s / %s is the same in any case', (availability, activity, rule) => {
    expect(applyRules(STRICT_RULES, presence(availability.toLowerCase(), activity.toUpperCase())).rule).toBe(rule);
  });

  test('telStatusText follows telStatus, and says unknown where nothing is known', () => {
    expect(applyRules(STRICT_RULES, presence('Available')).telStatusText).toBe('free');
    expect(applyRules(STRICT_RULES, presence('Busy')).telStatusText).toBe('busy');
    expect(applyRules(STRICT_RULES, presence('PresenceUnknown')).telStatusText).toBe('unknown');
  });

  test('whatever Teams sends: nobody on a call is reachable, and nobody reachable is not free', () => {
    const value = fc.oneof(fc.constantFrom(...ROWS.flatMap(cells => cells.slice(0, 2) as string[])), fc.string());
    fc.assert(
      fc.property(value, value, fc.boolean(), (availability, activity, outOfOffice) => {
        const result = applyRules(STRICT_RULES, presence(availability, activity, { outOfOffice }));
        if (/^ina(conference)?call$/i.test(activity)) expect(result.reachable).toBe(0);
        if (result.reachable === 1) expect(result.telStatus).toBe(0);
        expect(result.rule).not.toBe('');
      }),
    );
  });
});
