import { normalize } from '../../lib/normalize.ts';
import { isInMeeting } from '../presence/teamsPresence.ts';
import { CONDITION_FIELDS, type Condition, type ConditionField, kindOf, type RuleInput } from './conditions.ts';
import type { Rule } from './rule.ts';

/** Beyond so many comparisons a table is not looked through; nobody writes such a table by hand. */
const MAX_COMPARISONS = 3_000_000;

interface RuleCondition {
  readonly rule: number;
  readonly condition: Condition;
}

/** One value of a condition field, with the conditions that hold for it. */
interface Trial {
  readonly value: string | boolean;
  readonly holding: ReadonlySet<RuleCondition>;
}

/** For each condition field the values to try. */
function trials(conditions: readonly RuleCondition[]): { field: ConditionField; values: Trial[] }[] {
  return CONDITION_FIELDS.map(field => {
    const kind = kindOf(field);
    const wanted = conditions.map(({ condition }) => condition[field]).filter(value => value !== undefined);
    const tests = conditions.map(item => [item, kind.test(item.condition[field])] as const);
    const values = kind.samples(wanted).map(value => {
      return { value, holding: new Set(tests.filter(([, test]) => test?.(value) ?? true).map(([item]) => item)) };
    });
    return { field, values };
  });
}

/** Whether these go together: of somebody unknown Teams says nothing else, and only a meeting can follow a call. */
function isPossible({ availability, activity, unknown, afterCall }: Partial<RuleInput>): boolean {
  const saysUnknown = [availability, activity].some(value => normalize(value ?? '') === 'presenceunknown');
  if (saysUnknown && unknown === false) return false;
  return !(afterCall && activity !== undefined && !isInMeeting({ availability: '', activity }));
}

/**
 * The rules that never decide anything: those above them always match first, or what they want cannot be. Found by
 * trying every input that the table can tell apart.
 *
 * @returns ids; undefined when there are too many to try
 */
export function unreachableRules(rules: readonly Rule[]): string[] | undefined {
  const conditions = rules.flatMap(({ when }, rule) => when.map((condition): RuleCondition => ({ rule, condition })));
  const fields = trials(conditions);
  const combinations = fields.reduce((product, { values }) => product * values.length, 1);
  if (combinations * conditions.length > MAX_COMPARISONS) return undefined;
  const deciding = new Set<number>();
  const tryAll = (left: readonly RuleCondition[], [next, ...others]: typeof fields, seen: Partial<RuleInput>): void => {
    const [first] = left;
    if (first === undefined || !isPossible(seen)) return;
    if (next === undefined) {
      deciding.add(first.rule);
      return;
    }
    for (const { value, holding } of next.values) {
      const stillLeft = left.filter(item => holding.has(item));
      tryAll(stillLeft, others, { ...seen, [next.field]: value });
    }
  };
  tryAll(conditions, fields, {});
  return rules.filter((_, index) => !deciding.has(index)).map(({ id }) => id);
}
