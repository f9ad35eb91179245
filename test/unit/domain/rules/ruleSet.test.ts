import { describe, expect, test } from 'vitest';
import type { Agent } from '../../../../shared/domain/agents/agent.ts';
import type { Freshness } from '../../../../shared/domain/presence/freshness.ts';
import type { Reading } from '../../../../shared/domain/presence/reading.ts';
import {
  DEFAULT_RULES,
  readRulesFile,
  rulesText,
  ruleWarnings,
  storedRules,
} from '../../../../shared/domain/rules/ruleSet.ts';
import { RulesChangeRefused } from '../../../../shared/errors/errors.ts';
import { agent, judged, presence, reading } from '../../../support/builders.ts';

const seenAs = (availability: string, activity: string, rest: Partial<Reading> = {}) =>
  reading(presence(availability, activity), rest);
const table = (...rules: object[]) => readRulesFile(JSON.stringify({ rules }), 'r0000000001-test');
const OTHERS = { id: 'others', when: [{}], telStatus: 1, reachable: 0 };
const FREE = { id: 'free', when: [{ availability: ['Available', 'AvailableIdle'] }], telStatus: 0, reachable: 1 };

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
    [' '.repeat(300_001), 'too long to be stored'],
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
