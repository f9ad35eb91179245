import { type ConditionField, kindOf, type RuleInput } from './conditions.ts';
import type { RuleDecision } from './judge.ts';
import type { CompiledRule, CompiledRules, Test } from './rule.ts';

interface SkippedRule {
  readonly rule: string;
  readonly why: string;
}

const said = (field: ConditionField, seen: RuleInput) => kindOf(field).words(seen[field]);

/** What keeps a condition from holding: the first field that does not fit. */
function misfit(tests: readonly Test[], seen: RuleInput): string | undefined {
  const failing = tests.find(({ matches }) => !matches(seen));
  return failing && said(failing.field, seen);
}

function whyNot({ conditions }: CompiledRule, seen: RuleInput): string {
  return [...new Set(conditions.map(tests => misfit(tests, seen)).filter(why => why !== undefined))].join('; ');
}

function why({ conditions }: CompiledRule, seen: RuleInput): string {
  const tests = conditions.find(candidate => misfit(candidate, seen) === undefined) ?? [];
  const fields = tests.map(({ field }) => field).filter(field => field !== 'unknown' || seen.unknown);
  return fields.length === 0 ? 'it matches anything else' : fields.map(field => said(field, seen)).join(', ');
}

const RESERVED_WHY: Readonly<Record<string, string>> = {
  'never-seen': 'Teams has not been read for this person yet',
  'not-in-directory': 'nobody in the directory fits the row of the agent',
  'account-disabled': 'the account is disabled in Entra',
  unknown: 'Teams sends no usable value for this person',
  stale: 'what was last read is too old to be believed',
};

/** Why an agent is what the ACD is told: the rule that decided, and what kept those above it from deciding. */
export function explain(
  { result, rule, input }: RuleDecision,
  rules: CompiledRules,
): { readonly why: string; readonly skipped: readonly SkippedRule[] } {
  const position = rules.findIndex(compiled => compiled.rule === rule);
  const above = position < 0 ? [] : rules.slice(0, position);
  const skipped = above.map(compiled => ({ rule: compiled.rule.id, why: whyNot(compiled, input) }));
  const matched = rules[position];
  if (matched === undefined) return { why: RESERVED_WHY[result.rule] ?? '', skipped };
  const reason = why(matched, input);
  const settling = `${reason} (${matched.rule.id}), but not for ${matched.rule.settleSeconds} s yet`;
  return { why: result.rule === 'settling' ? settling : reason, skipped };
}
