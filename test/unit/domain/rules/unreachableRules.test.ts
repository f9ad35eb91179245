import { expect, test } from 'vitest';
import type { Condition } from '../../../../shared/domain/rules/conditions.ts';
import { PRESETS } from '../../../../shared/domain/rules/presets.ts';
import { unreachableRules } from '../../../../shared/domain/rules/unreachableRules.ts';

const rules = (...whens: readonly (readonly Condition[])[]) =>
  whens.map((when, index) => {
    return {
      id: `rule-${index}`,
      when,
      telStatus: 1 as const,
      reachable: 0 as const,
      agentStatus: '',
      settleSeconds: 0,
    };
  });

test.each(Object.entries(PRESETS))('every rule of the preset %s decides something', (_name, table) => {
  expect(unreachableRules(table)).toEqual([]);
});

test.each([
  ['one below another that matches everything', [[{}], [{ activity: ['InACall'] }], [{}]], ['rule-1', 'rule-2']],
  [
    'one that wants less than the one above',
    [[{ availability: ['Busy', 'Away'] }], [{ availability: ['BUSY'] }], [{}]],
    ['rule-1'],
  ],
  ['one that two above share out', [[{ outOfOffice: 0 }], [{ outOfOffice: 1 }], [{}]], ['rule-2']],
  ['a call that was followed by a call', [[{ activity: ['InACall'], afterCall: 1 }], [{}]], ['rule-0']],
  ['a value that is known and is none', [[{ availability: ['PresenceUnknown'] }], [{}]], ['rule-0']],
  ['none of rules about different fields', [[{ group: ['a'] }], [{ stale: 1 }], [{ unknown: 1 }], [{}]], []],
] as const)('%s', (_case, whens, unreachable) => {
  expect(unreachableRules(rules(...whens))).toEqual(unreachable);
});

test('a table that would take long is not looked through', () => {
  const values = Array.from({ length: 50 }, (_, index) => `v${index}`);
  const when = values.map(value => ({ availability: [value], activity: values, group: values }));
  expect(unreachableRules(rules(when, [{}]))).toBeUndefined();
});
