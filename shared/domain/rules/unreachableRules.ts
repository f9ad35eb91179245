import { normalize } from '../../lib/normalize.ts';
import { type Condition, comparable, type Rule } from './rule.ts';

/** Beyond so many comparisons a table is not looked through; nobody writes such a table by hand. */
const MAX_COMPARISONS = 3_000_000;
/** Out of office, stale, unknown: each may be so or not. */
const FLAGS = [0, 1, 2, 3, 4, 5, 6, 7] as const;

type ListField = 'availability' | 'activity' | 'group';

/** The values that the rules tell apart, by number; 0 stands for every value that no rule names. */
function numbered(conditions: readonly Condition[], field: ListField): Map<string, number> {
  const same = field === 'group' ? comparable : normalize;
  const values = new Set(conditions.flatMap(condition => condition[field] ?? []).map(same));
  return new Map([...values].map((value, index) => [value, index + 1]));
}

interface Coded {
  readonly rule: number;
  readonly availability: ReadonlySet<number> | undefined;
  readonly activity: ReadonlySet<number> | undefined;
  readonly group: ReadonlySet<number> | undefined;
  /** For which of the flags it holds. */
  readonly flags: readonly boolean[];
}

function flagsOf({ outOfOffice, stale, unknown }: Condition): boolean[] {
  return FLAGS.map(
    flags =>
      (outOfOffice === undefined || outOfOffice === (flags & 1)) &&
      (stale === undefined || (flags & 2) !== 0) &&
      (unknown === 1) === ((flags & 4) !== 0),
  );
}

/**
 * The rules that never decide anything, because those above them always match first. Found by trying all circumstances
 * that the table can tell apart.
 *
 * @returns ids; undefined when there are too many circumstances to try
 */
export function unreachableRules(rules: readonly Rule[]): string[] | undefined {
  const conditions = rules.flatMap(rule => rule.when);
  const [availabilities, activities, groups] = [
    numbered(conditions, 'availability'),
    numbered(conditions, 'activity'),
    numbered(conditions, 'group'),
  ];
  const circumstances = (availabilities.size + 1) * (activities.size + 1) * (groups.size + 1) * FLAGS.length;
  if (circumstances * conditions.length > MAX_COMPARISONS) return undefined;

  const codes = (values: readonly string[] | undefined, known: ReadonlyMap<string, number>, same: typeof normalize) =>
    values && new Set(values.map(value => known.get(same(value)) ?? 0));
  const coded = rules.flatMap((rule, index) =>
    rule.when.map(
      (condition): Coded => ({
        rule: index,
        availability: codes(condition.availability, availabilities, normalize),
        activity: codes(condition.activity, activities, normalize),
        group: codes(condition.group, groups, comparable),
        flags: flagsOf(condition),
      }),
    ),
  );
  const deciding = new Set<number>();
  for (let group = 0; group <= groups.size; group += 1) {
    const inGroup = coded.filter(condition => condition.group?.has(group) ?? true);
    for (let availability = 0; availability <= availabilities.size; availability += 1) {
      const available = inGroup.filter(condition => condition.availability?.has(availability) ?? true);
      for (let activity = 0; activity <= activities.size; activity += 1) {
        for (const flags of FLAGS) {
          const first = available.find(
            ({ activity: wanted, flags: held }) => held[flags] && (wanted?.has(activity) ?? true),
          );
          if (first !== undefined) deciding.add(first.rule);
        }
      }
    }
  }
  return rules.filter((_, index) => !deciding.has(index)).map(({ id }) => id);
}
