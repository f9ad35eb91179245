import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Agent } from '../../../../shared/domain/agents/agent.ts';
import type { Freshness } from '../../../../shared/domain/presence/freshness.ts';
import type { Reading } from '../../../../shared/domain/presence/reading.ts';
import {
  DEFAULT_RULES,
  type RuleSet,
  readRulesFile,
  rulesText,
  ruleWarnings,
  storedRules,
} from '../../../../shared/domain/rules/ruleSet.ts';
import { RulesChangeRefused } from '../../../../shared/errors/errors.ts';
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
  ['', 'Available', 'anything-else', 1, 0],
] as const;

const seenAs = (availability: string, activity: string, rest: Partial<Reading> = {}) =>
  reading(presence(availability, activity), rest);
const strict = (availability: string, activity: string) =>
  judged(agent(1), seenAs(availability, activity), 'fresh').result;
const table = (...rules: object[]) => readRulesFile(JSON.stringify({ rules }), 'r0000000001-test');
const OTHERS = { id: 'others', when: [{}], telStatus: 1, reachable: 0 };
const FREE = { id: 'free', when: [{ availability: ['Available', 'AvailableIdle'] }], telStatus: 0, reachable: 1 };

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
  ['Available', 'Available', 'anything-else', 1],
] as const)('the preset acd-decides: %s / %s is %s', (availability, activity, rule, reachable) => {
  const acd = readRulesFile('{"preset": "acd-decides"}', 'r1');
  const { result } = judged(agent(1), seenAs(availability, activity), 'fresh', { table: acd });
  expect(result).toMatchObject({ rule, reachable, telStatus: reachable === 1 ? 0 : 1 });
});

describe("rules of one's own", () => {
  test('a group, out of office, stale and unknown are conditions', () => {
    const own = table(
      { id: 'no-answer', when: [{ unknown: 1 }], telStatus: 1, reachable: 0, agentStatus: 'Keine Angabe' },
      { id: 'too-old', when: [{ stale: 1, group: ['Night'] }], telStatus: 1, reachable: 0 },
      { id: 'on-leave', when: [{ outOfOffice: 1 }], telStatus: 0, reachable: 0, agentStatus: 'Urlaub' },
      { ...FREE, id: 'night', when: [{ group: ['night'], availability: ['available', 'AWAY'] }] },
      FREE,
      OTHERS,
    );
    const of = (who: Partial<Agent>, seen: Reading | undefined, age: Freshness) =>
      judged(agent(1, who), seen, age, { table: own }).result;
    expect(of({}, undefined, 'unknown')).toMatchObject({
      rule: 'no-answer',
      agentStatus: 'Keine Angabe',
      telStatusText: 'unknown',
    });
    expect(of({}, seenAs('Available', 'Available'), 'unknown').rule).toBe('no-answer');
    expect(of({ group: 'NIGHT' }, seenAs('Away', 'Away'), 'fresh')).toMatchObject({ rule: 'night', reachable: 1 });
    expect(of({ group: 'night' }, seenAs('Away', 'Away'), 'stale').rule).toBe('too-old');
    expect(of({}, seenAs('Away', 'Away'), 'stale').rule).toBe('others');
    expect(of({}, seenAs('Available', 'Available', { outOfOffice: true }), 'fresh')).toMatchObject({
      rule: 'on-leave',
      telStatusText: 'free',
      reachable: 0,
    });
    expect(of({ account: 'account-disabled' }, undefined, 'unknown').rule).toBe('account-disabled');
  });

  test('a meeting after a call may be told from others without naming the meeting', () => {
    const after = { ...OTHERS, id: 'after-call', when: [{ afterCall: 1 as const }] };
    expect(readRulesFile(JSON.stringify({ rules: [after, FREE, OTHERS] }), 'r1').rules).toHaveLength(3);
  });

  test('what is shown uploads unchanged', () => {
    for (const body of ['{"preset":"strict"}', '{"preset":"acd-decides"}', JSON.stringify({ rules: [FREE, OTHERS] })]) {
      const read = readRulesFile(body, 'r1');
      expect(readRulesFile(rulesText(read), 'r1').rules).toEqual(read.rules);
    }
    expect(JSON.parse(rulesText(DEFAULT_RULES))).toMatchObject({ preset: 'strict' });
    const edited = { preset: 'strict', rules: [FREE, OTHERS] };
    expect(readRulesFile(JSON.stringify(edited), 'r1').preset).toBe('');
  });

  test.each([
    ['{', 'not JSON'],
    ['[]', 'the body is not a JSON object'],
    ['null', 'the body is not a JSON object'],
    ['{"rules":[7]}', 'rule 1: is not a JSON object'],
    [JSON.stringify({ rules: [{ ...FREE, id: undefined }, OTHERS] }), 'rule 1: id is missing'],
    [JSON.stringify({ rules: [{ ...FREE, when: [{ activity: [7] }] }, OTHERS] }), 'activity holds something else'],
    [JSON.stringify({ rules: [{ ...FREE, when: [{ activity: 'Busy' }] }, OTHERS] }), 'activity is not a list'],
    [JSON.stringify({ rules: [{ ...FREE, when: [7] }, OTHERS] }), 'when is not a JSON object'],
    ['{"preset":"strict","presset":"x"}', ': there is no field presset'],
    ['{}', 'needs a preset'],
    ['{"preset":"lax"}', 'strict or acd-decides'],
    [
      JSON.stringify({ rules: [{ ...OTHERS, id: 'pu', when: [{ availability: ['PresenceUnknown'] }] }, FREE, OTHERS] }),
      'rule pu can never decide',
    ],
    [
      JSON.stringify({
        rules: [{ ...OTHERS, id: 'x', when: [{ activity: ['InACall'], afterCall: 1 }] }, FREE, OTHERS],
      }),
      'rule x can never decide',
    ],
    ['{"preset":"strict","speed":1}', 'no field speed'],
    ['{"rules":[]}', 'the last rule must match anything else'],
    [JSON.stringify({ rules: [FREE] }), 'the last rule must match anything else'],
    [JSON.stringify({ rules: [{ ...FREE, id: '' }, OTHERS] }), 'rule 1 (): id must be small letters'],
    [JSON.stringify({ rules: [{ ...FREE, id: 'stale' }, OTHERS] }), 'rule 1 (stale): the id is reserved'],
    [JSON.stringify({ rules: [FREE, FREE, OTHERS] }), 'rule 2 (free): another rule has the same id'],
    [JSON.stringify({ rules: [{ ...FREE, telStatus: 1 }, OTHERS] }), 'rule 1 (free): with reachable 1'],
    [JSON.stringify({ rules: [{ ...FREE, telStatus: 3 }, OTHERS] }), 'rule 1 (free): telStatus must be 0 (free)'],
    [JSON.stringify({ rules: [{ ...FREE, settleSeconds: 4_000 }, OTHERS] }), 'settleSeconds is over an hour'],
    [JSON.stringify({ rules: [FREE, { ...OTHERS, settleSeconds: 5 }] }), 'settleSeconds needs reachable 1'],
    [JSON.stringify({ rules: [{ ...FREE, when: [{ unknown: 1 }] }, OTHERS] }), 'nobody is reachable on unknown'],
    [JSON.stringify({ rules: [{ ...FREE, when: [{ stale: 1 }] }, OTHERS] }), 'nobody is reachable on unknown or stale'],
    [
      JSON.stringify({ rules: [{ ...FREE, when: [{ Group: ['a'] }] }, OTHERS] }),
      'rule 1 (free): when there is no field Group',
    ],
    [JSON.stringify({ rules: [{ ...FREE, when: [{ group: [] }] }, OTHERS] }), 'is an empty list'],
    [JSON.stringify({ rules: [OTHERS, FREE, OTHERS] }), 'another rule has the same id'],
    [JSON.stringify({ rules: [OTHERS, FREE, { ...OTHERS, id: 'rest' }] }), 'rule free can never decide'],
    [
      JSON.stringify({
        rules: [FREE, { ...FREE, id: 'night', when: [{ availability: ['available'], group: ['x'] }] }, OTHERS],
      }),
      'rule night can never decide',
    ],
    [
      JSON.stringify({
        rules: [
          { ...FREE, id: 'here', when: [{ outOfOffice: 0 }] },
          { ...FREE, id: 'gone', when: [{ outOfOffice: 1 }] },
          { ...OTHERS, id: 'meeting', when: [{ activity: ['InAMeeting'] }] },
          OTHERS,
        ],
      }),
      'rule meeting can never decide',
    ],
  ])('%s is refused', (body, sentence) => {
    expect(() => readRulesFile(body, 'r1')).toThrow(sentence);
  });
});

test('a value that Microsoft does not list, and a preset that is not the rules, is worth a word', () => {
  const text = JSON.stringify({
    preset: 'strict',
    rules: [{ ...FREE, when: [{ availability: ['Availble', 'available'] }] }, OTHERS],
  });
  expect(() => readRulesFile(text, 'r1')).toThrow(/does not list the availability Availble.*allowUnknownValues/);
  const allowed = readRulesFile(text, 'r1', { allowUnknownValues: true });
  expect(ruleWarnings(text, allowed)).toEqual([
    'the rules are not those of the preset strict: the rules count',
    'rule free: Microsoft does not list the availability Availble',
  ]);
  expect(ruleWarnings('{"preset":"strict"}', readRulesFile('{"preset":"strict"}', 'r1'))).toEqual([]);
});

test.each(['InAMeeting', 'Focusing', 'OffWork', 'OutOfOffice', 'InACall', 'Presenting'])(
  '%s is an activity, and no availability',
  value => {
    const body = (when: object) => JSON.stringify({ rules: [{ ...OTHERS, id: 'x', when: [when] }, FREE, OTHERS] });
    expect(() => readRulesFile(body({ availability: [value] }), 'r1')).toThrow(
      `does not list the availability ${value}`,
    );
    expect(readRulesFile(body({ activity: [value] }), 'r1').rules).toHaveLength(3);
  },
);

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
        const { result, rule, circumstances } = outcome(own, situation);
        const matching = own.compiled.filter(({ matches }) => matches(circumstances));
        expect(matching[0]?.rule).toBe(rule);
        expect(rule === undefined).toBe(circumstances.unknown);
        if (result.reachable === 1) expect([result.telStatus, circumstances.unknown]).toEqual([0, false]);
      }),
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
    );
  });
});

test('a table that would take long to look through is refused at once, and a stored one is not looked through', () => {
  const many = Array.from({ length: 50 }, (_, index) => `value-${index}`);
  const when = Array.from({ length: 20 }, (_, index) => ({ availability: [many[index]], activity: many, group: many }));
  const rules = [
    ...Array.from({ length: 40 }, (_, index) => ({ ...FREE, id: `rule-${index}`, when: when.slice(0, 5) })),
    OTHERS,
  ];
  expect(() => table(...rules)).toThrow(/too long|too many different values/);
  expect(storedRules(JSON.stringify({ preset: '', rules }), 'r1')?.rules).toHaveLength(41);
  expect(storedRules('{"rules":[{"id":"x","new":1}]}', 'r1')).toBeUndefined();
});

describe('texts of rules', () => {
  const read = (part: object) =>
    readRulesFile(
      JSON.stringify({
        rules: [
          { id: 'own', when: [{ availability: ['Away'] }], telStatus: 0, reachable: 0, ...part },
          { id: 'rest', when: [{}], telStatus: 1, reachable: 0 },
        ],
      }),
      'r0000000001-test',
    );

  test('are stored clean, as those of agents are', () => {
    const [rule] = read({ agentStatus: 'Ru\u0308ckruf\u200b ', when: [{ group: ['\u200bNa\u0308he '] }] }).rules;
    expect([rule?.agentStatus, rule?.when[0]?.group]).toEqual(['Rückruf', ['Nähe']]);
  });

  test.each([
    { when: [{ group: ['\u200b'] }] },
    { when: [{ group: [' '] }] },
    { agentStatus: 'a\nb' },
    { agentStatus: 'a\u0085b' },
    { agentStatus: 'R\ufffdckruf' },
    { when: [{ group: ['a\ud800b'] }] },
  ])('that are empty or unreadable are refused: %j', part => {
    expect(() => read(part)).toThrow(RulesChangeRefused);
  });

  test('are compared as a person would', () => {
    const rules = read({ when: [{ group: ['STRASSE'] }], agentStatus: 'there' });
    const seen = reading(presence('Away', 'Away'));
    expect(judged(agent(1, { group: ' straße ' }), seen, 'fresh', { table: rules }).result.agentStatus).toBe('there');
  });
});
