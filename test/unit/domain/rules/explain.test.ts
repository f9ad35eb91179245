import { expect, test } from 'vitest';
import { explain } from '../../../../shared/domain/rules/explain.ts';
import { DEFAULT_RULES, readRulesFile } from '../../../../shared/domain/rules/ruleSet.ts';
import { agent, judged, presence, reading } from '../../../support/builders.ts';

const strict = (availability: string, activity = availability) =>
  explain(judged(agent(1), reading(presence(availability, activity)), 'fresh'), DEFAULT_RULES.compiled);

test('the rule that decided says why, and those above it what kept them from it', () => {
  expect(strict('Busy', 'InACall')).toEqual({ why: 'activity is InACall', skipped: [] });
  const { why, skipped } = strict('Available');
  expect(why).toBe('availability is Available');
  expect(skipped.map(({ rule }) => rule)).toEqual([
    'in-a-call',
    'in-a-meeting',
    'presenting',
    'do-not-disturb',
    'busy',
  ]);
  expect(skipped.at(-1)?.why).toBe('availability is Available; activity is Available');
});

test('a rule without conditions matches anything else', () => {
  expect(strict('Hologram').why).toBe('it matches anything else');
});

test.each([
  ['not-in-directory', 'nobody in the directory fits the row of the agent'],
  ['account-disabled', 'the account is disabled in Entra'],
] as const)('%s has words of its own', (account, words) => {
  const decision = judged(agent(1, { account }), undefined, 'unknown');
  expect(explain(decision, DEFAULT_RULES.compiled)).toEqual({ why: words, skipped: [] });
});

test('who settles is told how long that takes', () => {
  const free = { id: 'free', when: [{ availability: ['Available'] }], telStatus: 0, reachable: 1, settleSeconds: 30 };
  const others = { id: 'others', when: [{}], telStatus: 1, reachable: 0 };
  const table = readRulesFile(JSON.stringify({ rules: [free, others] }), 'r1');
  const seen = reading(presence('Available'), { availableSince: 1_000 });
  const decision = judged(agent(1), seen, 'fresh', { table, now: 2_000 });
  expect(explain(decision, table.compiled).why).toBe('availability is Available (free), but not for 30 s yet');
});
