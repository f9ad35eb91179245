import { expect, test } from 'vitest';
import { newReading } from '../../../../shared/domain/presence/reading.ts';
import { offersWhileBusy } from '../../../../shared/domain/rules/offersWhileBusy.ts';
import { PRESETS } from '../../../../shared/domain/rules/presets.ts';
import { compileRules, type Rule } from '../../../../shared/domain/rules/rule.ts';
import { readRulesFile } from '../../../../shared/domain/rules/ruleSet.ts';
import { agent, judged, presence } from '../../../support/builders.ts';

const rule = (id: string, when: Rule['when'], reachable: 0 | 1): Rule => {
  return { id, when, telStatus: 0, reachable, agentStatus: '', settleSeconds: 0 };
};
const calls = { activity: ['InACall', 'InAConferenceCall', 'Presenting'] };
const undisturbed = [{ activity: ['DoNotDisturb'] }, { availability: ['DoNotDisturb'] }];
const busy = rule('busy', [calls, ...undisturbed], 0);
const others = rule('others', [{}], 0);
const all = rule('all', [{}], 1);
const offers = (rules: readonly Rule[], ...groups: string[]) => offersWhileBusy(compileRules(rules), groups);

test.each(Object.entries(PRESETS))('the preset %s offers no call to anybody who is in one', (_name, rules) => {
  expect(offers(rules, 'support', '')).toBeUndefined();
});

test.each([
  ['a catch-all', [rule('all', [{}], 1)], 2],
  ['a catch-all below a rule for calls alone', [rule('call', [{ activity: ['InACall'] }], 0), rule('all', [{}], 1)], 2],
  ['Busy', [rule('busy', [{ availability: ['Busy'] }], 1), rule('others', [{}], 0)], 2],
  ['BusyIdle, above all others', [rule('idle', [{ availability: ['BusyIdle'] }], 1), ...PRESETS.strict], 2],
  ['do-not-disturb', [rule('dnd', [{ activity: ['DoNotDisturb'] }], 1), rule('others', [{}], 0)], 2],
  ['one group', [rule('vip', [{ group: ['VIP '] }], 1), rule('others', [{}], 0)], 1],
  ['out of office', [rule('ooo', [{ outOfOffice: 1 }], 1), rule('others', [{}], 0)], 2],
  ['do-not-disturb of the availability alone', [rule('busy', [calls, { activity: ['DoNotDisturb'] }], 0), all], 2],
  ['a call of somebody available', [rule('free', [{ availability: ['Available'], ...calls }], 1), others], 2],
  ['a call of somebody away', [rule('away', [{ availability: ['Away'], activity: ['InACall'] }], 1), others], 2],
  ['Focusing', [rule('focus', [{ activity: ['Focusing'] }], 1), busy, others], 2],
  ['presenting while busy', [rule('b', [{ activity: ['InACall', 'InAConferenceCall'] }, ...undisturbed], 0), all], 2],
  ['a call under an unlisted value', [rule('x', [{ availability: ['Zen'], ...calls }], 1), busy, others], 2],
  ['do-not-disturb in a meeting after a call', [rule('x', [{ afterCall: 1 }], 1), busy, others], 2],
] as const)('%s that is reachable is counted', (_case, rules, agents) => {
  expect(offers(rules, 'vip', 'support')).toBe(agents);
});

test('a rule for a group that nobody has yet is caught all the same', () => {
  expect(offers([rule('vip', [{ group: ['vip'] }], 1), rule('others', [{}], 0)], 'support')).toBe(0);
});

test.each([
  ['available', [rule('free', [{ availability: ['Available'] }], 1), others]],
  ['whoever is not busy', [rule('busy', [{ availability: ['Busy', 'DoNotDisturb'] }], 0), all]],
  ['a meeting', [busy, rule('meeting', [{ activity: ['InAMeeting'] }], 1), others]],
] as const)('rules by which %s is reachable are taken', (_case, rules) => {
  expect(offers(rules, 'support')).toBeUndefined();
});

test('with the states above it a catch-all may be reachable', () => {
  expect(offers([busy, all], 'support')).toBeUndefined();
});

test('calls-only blocks a meeting only when it followed a call without a break', () => {
  const table = readRulesFile('{"preset":"calls-only"}', 'r1');
  const call = presence('Busy', 'InACall');
  const meeting = presence('Busy', 'InAMeeting');
  const free = presence('Available');
  const after = (...seen: ReturnType<typeof presence>[]) => {
    const last = seen.reduce(
      (known: ReturnType<typeof newReading> | undefined, next, index) =>
        newReading(known, next, (index + 1) * 1_000, 1),
      undefined,
    );
    return judged(agent(1), last, 'fresh', { table }).result.rule;
  };
  expect(after(free, meeting)).toBe('anything-else');
  expect(after(meeting)).toBe('anything-else');
  expect(after(free, call, meeting)).toBe('meeting-after-call');
  expect(after(call, meeting, { ...meeting, availability: 'DoNotDisturb' })).toBe('meeting-after-call');
  expect(after(call, free, meeting)).toBe('anything-else');
  expect(after(call, presence('Busy'), meeting)).toBe('anything-else');
  // What says nothing of whether the call has ended is no break.
  for (const hidden of [
    presence('', ''),
    presence('PresenceUnknown'),
    presence('Busy', ''),
    presence('DoNotDisturb', 'Presenting'),
    presence('DoNotDisturb'),
  ]) {
    expect(after(call, hidden, meeting)).toBe('meeting-after-call');
    expect(after(call, meeting, hidden, hidden, meeting)).toBe('meeting-after-call');
    expect(after(free, hidden, meeting)).toBe('anything-else');
    expect(after(call, hidden, free, meeting)).toBe('anything-else');
  }
  expect(after(presence('Busy', 'InAConferenceCall'), meeting)).toBe('meeting-after-call');
});
