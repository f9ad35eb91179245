import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Freshness } from '../../../../shared/domain/presence/freshness.ts';
import type { Reading } from '../../../../shared/domain/presence/reading.ts';
import { type RuleSet, readRulesFile } from '../../../../shared/domain/rules/ruleSet.ts';
import { RulesChangeRefused } from '../../../../shared/errors/errors.ts';
import { agent, judged, presence, reading } from '../../../support/builders.ts';

const seenAs = (availability: string, activity: string, rest: Partial<Reading> = {}) =>
  reading(presence(availability, activity), rest);
const table = (...rules: object[]) => readRulesFile(JSON.stringify({ rules }), 'r0000000001-test');
const OTHERS = { id: 'others', when: [{}], telStatus: 1, reachable: 0 };
const FREE = { id: 'free', when: [{ availability: ['Available', 'AvailableIdle'] }], telStatus: 0, reachable: 1 };

test.each([
  [undefined, 'unknown', 'never-seen'],
  [seenAs('Available', 'Available'), 'unknown', 'stale'],
  [seenAs('', ''), 'fresh', 'unknown'],
  [seenAs('Available', 'Presence Unknown'), 'fresh', 'unknown'],
  [seenAs('Available', 'Available'), 'stale', 'available'],
] as const)('why nothing is known of somebody, case %#', (seen, age, rule) => {
  expect(judged(agent(1), seen, age).result.rule).toBe(rule);
});

test.each(['not-in-directory', 'account-disabled'] as const)('%s decides before anything that Teams says', account => {
  const { result, rule } = judged(agent(1, { account }), seenAs('Available', 'Available'), 'fresh');
  expect([result.rule, result.reachable, rule]).toEqual([account, 0, undefined]);
});

describe('settling', () => {
  const settling = table({ ...FREE, settleSeconds: 30 }, OTHERS);
  const at = (now: number, seen: Reading) => judged(agent(1), seen, 'fresh', { table: settling, now });
  const free = seenAs('Available', 'Available', { availableSince: 1_000_000 });

  test('a change to free counts only after its time', () => {
    expect(at(1_029_999, free)).toMatchObject({
      result: { rule: 'settling', telStatus: 1, reachable: 0 },
      settlesAt: 1_030_000,
    });
    expect(at(1_030_000, free).result).toMatchObject({ rule: 'free', telStatus: 0, reachable: 1 });
  });

  test('a moment that a wrong clock wrote keeps nobody waiting', () => {
    expect(at(1_000_000, { ...free, availableSince: 1_000_000 + 86_400_000 }).result.rule).toBe('free');
  });

  test('nothing settles where nobody knows since when, and nothing but free', () => {
    expect(at(1_000_000, { ...free, availableSince: 0 }).result.rule).toBe('free');
    expect(at(1_000_000, seenAs('Busy', 'Busy')).result.rule).toBe('others');
  });
});

const VALUES = fc.oneof(
  fc.constantFrom('Available', 'Busy', 'InACall', 'InAMeeting', 'Away', 'PresenceUnknown', ''),
  fc.string(),
);
const CONDITION = fc.record(
  {
    availability: fc.array(fc.constantFrom('Available', 'Busy', 'Away'), { minLength: 1, maxLength: 2 }),
    activity: fc.array(fc.constantFrom('Available', 'InACall', 'InAMeeting'), { minLength: 1, maxLength: 2 }),
    outOfOffice: fc.constantFrom(0, 1),
    group: fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 1 }),
  },
  { requiredKeys: [] },
);
const RULE = fc.record({
  when: fc.array(CONDITION, { minLength: 1, maxLength: 2 }),
  reachable: fc.constantFrom(0, 1),
  settleSeconds: fc.constantFrom(0, 30),
});
const SITUATION = fc.record({
  availability: VALUES,
  activity: VALUES,
  outOfOffice: fc.boolean(),
  group: fc.constantFrom('a', 'b', 'c', ''),
  age: fc.constantFrom<Freshness>('fresh', 'stale', 'unknown'),
  seen: fc.boolean(),
  availableSince: fc.constantFrom(0, 1_000, 90_000),
});

/** Rules as somebody may write them; those that can never decide are left out. */
function written(rules: readonly { when: object[]; reachable: number; settleSeconds: number }[]): RuleSet {
  const kept: object[] = [];
  for (const [index, rule] of rules.entries()) {
    const settleSeconds = rule.reachable === 1 ? rule.settleSeconds : 0;
    const next = { ...rule, settleSeconds, id: `rule-${index}`, telStatus: rule.reachable === 1 ? 0 : 1 };
    try {
      table(...kept, next, OTHERS);
      kept.push(next);
    } catch (error) {
      if (!(error instanceof RulesChangeRefused)) throw error;
    }
  }
  return table(...kept, OTHERS);
}

describe('whatever the rules and whatever Teams sends', () => {
  const outcome = (
    own: RuleSet,
    { group, age, seen, ...rest }: typeof SITUATION extends fc.Arbitrary<infer T> ? T : never,
  ) => {
    const observed = seen ? seenAs(rest.availability, rest.activity, rest) : undefined;
    return judged(agent(1, { group }), observed, age, { table: own, now: 100_000 });
  };

  test('exactly one rule decides, and nobody is reachable who is on the phone or unknown', () => {
    fc.assert(
      fc.property(fc.array(RULE, { maxLength: 6 }), SITUATION, (rules, situation) => {
        const own = written(rules);
        const { result, rule, input } = outcome(own, situation);
        const matching = own.compiled.filter(({ matches }) => matches(input));
        expect(matching[0]?.rule).toBe(rule);
        expect(rule === undefined).toBe(input.unknown);
        if (result.reachable === 1) expect([result.telStatus, input.unknown]).toEqual([0, false]);
      }),
      { numRuns: 50 },
    );
  });

  test('a rule that is added below changes no result above', () => {
    fc.assert(
      fc.property(fc.array(RULE, { maxLength: 5 }), RULE, SITUATION, (rules, added, situation) => {
        const [before, after] = [written(rules), written([...rules, added])];
        const decided = outcome(before, situation);
        if (decided.rule?.id === 'others') return;
        expect(outcome(after, situation).result).toEqual(decided.result);
      }),
      { numRuns: 50 },
    );
  });
});
