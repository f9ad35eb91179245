import * as z from 'zod';
import { comparable } from '../../lib/cleanText.ts';
import { normalize } from '../../lib/normalize.ts';
import { readable } from '../../lib/readable.ts';
import { groupName } from '../agents/groupName.ts';

const MAX_VALUES = 50;
/** No rule can name it: it stands for every text that none of them names. */
export const OTHER_TEXT = '\u0000';
const shown = (text: string) => (text === '' ? 'empty' : text);

/** All there is to one condition of a rule: how it is written, when it holds, how it is said, what to try it on. */
interface ConditionKind<Wanted, Value> {
  readonly schema: z.ZodType<Wanted>;
  /** Whether a value is what a rule wants; undefined when the rule says nothing of it and any value will do. */
  test(wanted: Wanted | undefined): ((value: Value) => boolean) | undefined;
  /** What is seen, as part of a sentence. */
  words(value: Value): string;
  /** One value of each sort that these conditions tell apart. */
  samples(wanted: readonly Wanted[]): readonly Value[];
}

/**
 * One of several texts must be there.
 * @param always texts that make a difference although no rule names them
 */
function oneOf(
  name: string,
  text: z.ZodType<string>,
  same: (text: string) => string,
  always: readonly string[] = [],
): ConditionKind<readonly string[], string> {
  return {
    schema: z
      .array(text, 'is not a list')
      .min(1, 'is an empty list')
      .max(MAX_VALUES, `holds more than ${MAX_VALUES} values`),
    test(wanted) {
      if (wanted === undefined) return undefined;
      const values = new Set(wanted.map(same));
      return value => values.has(same(value));
    },
    words: value => `${name} is ${shown(value)}`,
    samples: wanted => [...new Set([...always, ...wanted.flat()].map(same)), OTHER_TEXT],
  };
}

/** Something that may be so or not. */
function flag<Wanted extends 0 | 1>(
  schema: z.ZodType<Wanted>,
  words: { readonly yes: string; readonly no: string },
): ConditionKind<Wanted, boolean> {
  return {
    schema,
    test: wanted => (wanted === undefined ? undefined : value => value === (wanted === 1)),
    words: value => (value ? words.yes : words.no),
    samples: () => [false, true],
  };
}

const teamsValue = readable.min(1, 'holds an empty value').max(64, 'holds a value over 64 characters');
const set = z.literal(1, 'may only be 1');
export const zeroOrOne = z.union([z.literal(0), z.literal(1)], 'must be 0 or 1');
const isKnown = (value: boolean) => !value;

/** Every condition that a rule may have. */
const CONDITIONS = {
  availability: oneOf('availability', teamsValue, normalize),
  // A meeting may have followed a call.
  activity: oneOf('activity', teamsValue, normalize, ['InAMeeting']),
  outOfOffice: flag(zeroOrOne, { yes: 'out of office is set', no: 'out of office is not set' }),
  group: oneOf('group', groupName, comparable),
  afterCall: flag(zeroOrOne, { yes: 'the meeting followed a call', no: 'no call went before' }),
  unknown: {
    ...flag(set, { yes: 'nothing is known', no: 'the presence is known' }),
    // Rules without this condition are not for people of whom nothing is known.
    test: (wanted: 1 | undefined) => (wanted === undefined ? isKnown : (value: boolean) => value),
  },
  stale: flag(set, { yes: 'the data is stale', no: 'the data is fresh' }),
};

export type ConditionField = keyof typeof CONDITIONS;
type WantedOf<K> = K extends { schema: z.ZodType<infer Wanted> } ? Wanted : never;
type ValueOf<K> = K extends { words(value: infer Value): string } ? Value : never;

/** What must hold for a rule: every condition that is given. */
export type Condition = { readonly [F in ConditionField]?: WantedOf<(typeof CONDITIONS)[F]> | undefined };
/** All that a rule may look at. */
export type RuleInput = { readonly [F in ConditionField]: ValueOf<(typeof CONDITIONS)[F]> };

/** What decides before anything else is named first. */
const FIRST: readonly ConditionField[] = ['unknown', 'stale', 'outOfOffice'];
export const CONDITION_FIELDS: readonly ConditionField[] = [
  ...FIRST,
  ...(Object.keys(CONDITIONS) as ConditionField[]).filter(field => !FIRST.includes(field)),
];

type AnyKind = ConditionKind<unknown, string | boolean>;

/** The kind of a condition whose type only the table knows. */
export function kindOf(field: ConditionField): AnyKind {
  return CONDITIONS[field] as unknown as AnyKind;
}

/** What is said in place of an object; unknown fields have a sentence of their own. */
export const NO_OBJECT = {
  error: ({ code }: { readonly code?: string }) => (code === 'invalid_type' ? 'is not a JSON object' : undefined),
};

export const conditionSchema = z
  .strictObject(
    Object.fromEntries(Object.entries(CONDITIONS).map(([field, { schema }]) => [field, schema.optional()])),
    NO_OBJECT,
  )
  .meta({
    description: 'Every field that is given must hold, with any of its values, in any case',
  }) as z.ZodType<Condition>;
