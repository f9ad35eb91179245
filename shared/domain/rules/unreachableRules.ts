import { CONDITION_FIELDS, type Condition, kindOf } from './conditions.ts';
import type { Rule } from './rule.ts';

/** Beyond so many comparisons a table is not looked through; nobody writes such a table by hand. */
const MAX_COMPARISONS = 3_000_000;

interface RuleCondition {
  readonly rule: number;
  readonly condition: Condition;
}

/** For each condition field the values to try, with the conditions that hold for each of them. */
function trials(conditions: readonly RuleCondition[]): ReadonlySet<RuleCondition>[][] {
  return CONDITION_FIELDS.map(field => {
    const kind = kindOf(field);
    const wanted = conditions.map(({ condition }) => condition[field]).filter(value => value !== undefined);
    const tests = conditions.map(item => [item, kind.test(item.condition[field])] as const);
    return kind
      .samples(wanted)
      .map(value => new Set(tests.filter(([, test]) => test?.(value) ?? true).map(([item]) => item)));
  });
}

/**
 * The rules that never decide anything, because those above them always match first. Found by trying all circumstances
 * that the table can tell apart.
 *
 * @returns ids; undefined when there are too many circumstances to try
 */
export function unreachableRules(rules: readonly Rule[]): string[] | undefined {
  const conditions = rules.flatMap(({ when }, rule) => when.map((condition): RuleCondition => ({ rule, condition })));
  const fields = trials(conditions);
  const circumstances = fields.reduce((product, { length }) => product * length, 1);
  if (circumstances * conditions.length > MAX_COMPARISONS) return undefined;
  const deciding = new Set<number>();
  const tryAll = (left: readonly RuleCondition[], [field, ...others]: typeof fields): void => {
    const [first] = left;
    if (first === undefined) return;
    if (field === undefined) {
      deciding.add(first.rule);
      return;
    }
    for (const holding of field) {
      tryAll(
        left.filter(item => holding.has(item)),
        others,
      );
    }
  };
  tryAll(conditions, fields);
  return rules.filter((_, index) => !deciding.has(index)).map(({ id }) => id);
}
