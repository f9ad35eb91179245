import type { Agent } from '../agents/agent.ts';
import { credible, type Freshness } from '../presence/freshness.ts';
import type { Reading } from '../presence/reading.ts';
import { asListed, isHidden, isInMeeting, MISSING_PRESENCE } from '../presence/teamsPresence.ts';
import type { RuleInput } from './conditions.ts';
import {
  type CompiledRules,
  matchingRule,
  type ReservedRule,
  type Rule,
  type RuleResult,
  ruleResult,
  SETTLING,
  unknownResult,
} from './rule.ts';

/** What the rules make of one agent at one moment, and what they made it of. */
export interface RuleDecision {
  readonly result: RuleResult;
  /** The rule of the table that matched; undefined when a reserved one decided. */
  readonly rule: Rule | undefined;
  readonly input: RuleInput;
  /** From when on the person counts as free, milliseconds since 1970; 0 when nothing has to settle. */
  readonly settlesAt: number;
}

/** Why nothing is known of somebody who is mapped; undefined when something is. */
function unknownReason(reading: Reading | undefined, age: Freshness): ReservedRule | undefined {
  if (reading === undefined) return 'never-seen';
  if (age === 'unknown') return 'stale';
  // Half an answer does not say whether somebody is in a call.
  return isHidden(reading.availability) || isHidden(reading.activity) ? 'unknown' : undefined;
}

/** The ACD is told the same of everybody in the same situation: one rule decides, whatever Teams sends. */
export function judge(
  agent: Pick<Agent, 'account' | 'group'>,
  reading: Reading | undefined,
  freshness: Freshness,
  rules: CompiledRules,
  now: number,
): RuleDecision {
  const reason = unknownReason(reading, freshness);
  const shown = asListed(reading ?? MISSING_PRESENCE);
  const input: RuleInput = {
    ...shown,
    outOfOffice: reading?.outOfOffice ?? false,
    group: agent.group,
    afterCall: reading?.afterCall === true && isInMeeting(shown),
    unknown: reason !== undefined,
    stale: freshness !== 'fresh',
  };
  const reserved = (rule: ReservedRule): RuleDecision => ({
    result: unknownResult(rule),
    rule: undefined,
    input,
    settlesAt: 0,
  });
  // Who is not looked up yet was never seen either.
  if (agent.account === 'not-in-directory' || agent.account === 'account-disabled') return reserved(agent.account);
  const rule = matchingRule(rules, input);
  if (rule === undefined) return reserved(reason ?? 'unknown');
  // A moment that a wrong clock wrote keeps nobody waiting.
  const since = reading === undefined ? 0 : credible(reading.availableSince, now);
  const settles = rule.reachable === 1 && rule.settleSeconds > 0 && since > 0;
  const settlesAt = settles ? since + rule.settleSeconds * 1_000 : 0;
  const result = now < settlesAt ? SETTLING : ruleResult(rule, input.unknown);
  return { result, rule, input, settlesAt };
}
