import { expect, test } from 'vitest';
import {
  CONDITION_FIELDS,
  type ConditionField,
  conditionSchema,
  kindOf,
  OTHER_TEXT,
} from '../../../../shared/domain/rules/conditions.ts';

const holds = (field: ConditionField, wanted: unknown, value: string | boolean) => kindOf(field).test(wanted)?.(value);

test.each([
  ['availability', ['Busy'], 'BUSY', true],
  ['activity', ['InACall', 'InAMeeting'], 'in a meeting', true],
  ['activity', ['InACall'], '', false],
  ['group', ['STRASSE'], ' straße ', true],
  ['group', ['support'], 'sales', false],
  ['outOfOffice', 1, true, true],
  ['outOfOffice', 0, true, false],
  ['afterCall', 0, false, true],
  ['unknown', 1, true, true],
  ['stale', 1, false, false],
] as const)('%s wants %j: of %j it is %s', (field, wanted, value, expected) => {
  expect(holds(field, wanted, value)).toBe(expected);
});

test('a rule that says nothing of a field takes any value, but for people of whom nothing is known', () => {
  for (const field of CONDITION_FIELDS.filter(name => name !== 'unknown'))
    expect(kindOf(field).test(undefined)).toBeUndefined();
  expect([holds('unknown', undefined, false), holds('unknown', undefined, true)]).toEqual([true, false]);
});

test('each value has its words', () => {
  expect(kindOf('availability').words('Busy')).toBe('availability is Busy');
  expect(kindOf('group').words('')).toBe('group is empty');
  expect([true, false].map(kindOf('stale').words)).toEqual(['the data is stale', 'the data is fresh']);
});

test('samples tell apart what rules name, and one text that none of them names', () => {
  expect(kindOf('availability').samples([['Busy'], ['busy', 'Away']])).toEqual(['busy', 'away', OTHER_TEXT]);
  expect(kindOf('outOfOffice').samples([])).toEqual([false, true]);
});

test.each([
  [{ availability: [] }, 'is an empty list'],
  [{ availability: 'Busy' }, 'is not a list'],
  [{ activity: [''] }, 'holds an empty value'],
  [{ activity: Array(51).fill('x') }, 'holds more than 50 values'],
  [{ outOfOffice: 2 }, 'must be 0 or 1'],
  [{ unknown: 0 }, 'may only be 1'],
  [7, 'is not a JSON object'],
])('%j is refused', (condition, sentence) => {
  expect(conditionSchema.safeParse(condition).error?.issues[0]?.message).toBe(sentence);
});
