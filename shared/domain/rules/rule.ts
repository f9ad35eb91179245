import { CONDITION_FIELDS, type Condition, type ConditionField, kindOf, type RuleInput } from './conditions.ts';

/** The telephone status of the ACD: 0 free, 1 busy, 2 ringing. */
export type TelStatus = 0 | 1 | 2;

export interface Rule {
  readonly id: string;
  /** One of these must hold; a condition without fields always does. */
  readonly when: readonly Condition[];
  readonly telStatus: TelStatus;
  readonly reachable: 0 | 1;
  /** A status of the ACD in the customer's own words; empty for none. */
  readonly agentStatus: string;
  /** A change to free counts only after so many seconds. */
  readonly settleSeconds: number;
}

export interface RuleResult {
  readonly rule: string;
  readonly telStatus: TelStatus;
  readonly telStatusText: TelStatusText;
  readonly reachable: 0 | 1;
  /** 0 when Teams tells nothing usable: then it is to be decided as if there were no Teams. */
  readonly known: 0 | 1;
  readonly agentStatus: string;
}

/** Rule ids that no rule table may use: they say why there is nothing to decide on. */
export const RESERVED_RULES = [
  'never-seen',
  'not-in-directory',
  'account-disabled',
  'unknown',
  'stale',
  'settling',
] as const;
export type ReservedRule = (typeof RESERVED_RULES)[number];

const TEL_STATUS_TEXT = { 0: 'free', 1: 'busy', 2: 'ringing' } as const;
export type TelStatusText = (typeof TEL_STATUS_TEXT)[TelStatus] | 'unknown';

type Matcher = (seen: RuleInput) => boolean;

/** One field of a condition, ready to be applied. */
export interface Test {
  readonly field: ConditionField;
  readonly matches: Matcher;
}

/** A rule as it is applied: its values are prepared once, not for every agent. */
export interface CompiledRule {
  readonly rule: Rule;
  /** For each condition of the rule what must hold. */
  readonly conditions: readonly (readonly Test[])[];
  readonly matches: Matcher;
}

/** Rules in their order; the last one matches whatever is known. */
export type CompiledRules = readonly CompiledRule[];

function compileCondition(condition: Condition): Test[] {
  return CONDITION_FIELDS.flatMap(field => {
    const test = kindOf(field).test(condition[field]);
    return test === undefined ? [] : { field, matches: (seen: RuleInput) => test(seen[field]) };
  });
}

export function compileRules(rules: readonly Rule[]): CompiledRules {
  return rules.map(rule => {
    const conditions = rule.when.map(compileCondition);
    return { rule, conditions, matches: seen => conditions.some(tests => tests.every(({ matches }) => matches(seen))) };
  });
}

/** The first rule that matches; undefined where nothing is known and no rule is about that. */
export function matchingRule(rules: CompiledRules, seen: RuleInput): Rule | undefined {
  return rules.find(({ matches }) => matches(seen))?.rule;
}

/** What a rule says. */
export function ruleResult({ id, telStatus, reachable, agentStatus }: Rule, unknown: boolean): RuleResult {
  const telStatusText = unknown ? 'unknown' : TEL_STATUS_TEXT[telStatus];
  return { rule: id, telStatus, telStatusText, reachable, known: unknown ? 0 : 1, agentStatus };
}

/** Nothing is known of the person: not reachable, and busy rather than free. */
export function unknownResult(rule: ReservedRule): RuleResult {
  // That an account is disabled is known, and no gap in what Teams says.
  const known = rule === 'account-disabled' ? 1 : 0;
  return { rule, telStatus: 1, telStatusText: 'unknown', reachable: 0, known, agentStatus: '' };
}

/** Free, but not for long enough to count. */
export const SETTLING: RuleResult = {
  rule: 'settling',
  telStatus: 1,
  telStatusText: TEL_STATUS_TEXT[1],
  reachable: 0,
  known: 1,
  agentStatus: '',
};
