import { expect, test } from 'vitest';
import {
  compileRules,
  matchingRule,
  RESERVED_RULES,
  type Rule,
  ruleResult,
  unknownResult,
} from '../../../../shared/domain/rules/rule.ts';
import { agent, judged, presence, reading } from '../../../support/builders.ts';

const rule = (id: string, when: Rule['when'], reachable: 0 | 1 = 0): Rule => {
  return { id, when, telStatus: reachable === 1 ? 0 : 1, reachable, agentStatus: '', settleSeconds: 0 };
};
const RULES = compileRules([
  rule('night', [{ group: ['night'], availability: ['Available'] }, { outOfOffice: 1 }]),
  rule('free', [{ availability: ['Available'] }], 1),
]);
const SEEN = judged(agent(1, { group: '' }), reading(presence('Available')), 'fresh').input;

test.each([
  [{}, 'free'],
  [{ group: 'night' }, 'night'],
  [{ group: 'night', availability: 'Busy' }, undefined],
  [{ availability: 'Busy', outOfOffice: true }, 'night'],
  [{ unknown: true }, undefined],
])('the first rule decides of which one condition holds as a whole: %j', (seen, id) => {
  expect(matchingRule(RULES, { ...SEEN, ...seen })?.id).toBe(id);
});

test('what a rule says of somebody of whom nothing is known is told apart', () => {
  expect(ruleResult(rule('free', [{}], 1), false)).toMatchObject({ telStatusText: 'free', known: 1 });
  expect(ruleResult(rule('free', [{}], 0), true)).toMatchObject({ telStatusText: 'unknown', known: 0 });
});

test('with nothing to decide on nobody is reachable', () => {
  for (const reserved of RESERVED_RULES)
    expect(unknownResult(reserved)).toMatchObject({ rule: reserved, reachable: 0, telStatus: 1 });
  expect(unknownResult('account-disabled').known).toBe(1);
  expect(unknownResult('stale').known).toBe(0);
});
