import { folded } from './folded.ts';
import { type Circumstances, type Condition, compileRules, type Rule } from './rules.ts';

/** Beyond this many different circumstances a table is not looked through; nobody writes such a table by hand. */
export const MAX_CIRCUMSTANCES = 200_000;
/** Stands for every value that no rule names. */
const OTHER = 'none of the named values';

/** Every value that makes a difference to the rules, and one that does not. */
function valuesOf(rules: readonly Rule[], field: 'availability' | 'activity' | 'group'): string[] {
  const conditions: readonly Condition[] = rules.flatMap(rule => rule.when);
  const named = conditions.flatMap(condition => condition[field] ?? []);
  const distinct = new Map(named.map(value => [field === 'group' ? value.trim().toLowerCase() : folded(value), value]));
  return [...distinct.values(), OTHER];
}

/**
 * The rules that never decide anything, because those above them always match first. Found by trying all circumstances
 * that the table can tell apart.
 *
 * @returns undefined when there are too many circumstances to try
 */
export function unreachableRules(rules: readonly Rule[]): string[] | undefined {
  const [availabilities, activities, groups] = [
    valuesOf(rules, 'availability'),
    valuesOf(rules, 'activity'),
    valuesOf(rules, 'group'),
  ];
  if (availabilities.length * activities.length * groups.length * 8 > MAX_CIRCUMSTANCES) return undefined;
  const open = new Set(rules.map(rule => rule.id));
  const compiled = compileRules(rules);
  for (const group of groups) {
    for (const availability of availabilities) {
      for (const activity of activities) {
        for (const flags of [0, 1, 2, 3, 4, 5, 6, 7]) {
          const seen: Circumstances = {
            availability,
            activity,
            group,
            outOfOffice: (flags & 1) !== 0,
            stale: (flags & 2) !== 0,
            unknown: (flags & 4) !== 0,
          };
          const first = compiled.find(({ matches }) => matches(seen));
          if (first !== undefined) open.delete(first.rule.id);
        }
        if (open.size === 0) return [];
      }
    }
  }
  return [...open];
}
