import { comparable } from '../../lib/cleanText.ts';
import type { RuleInput } from './conditions.ts';
import { type CompiledRules, matchingRule } from './rule.ts';

/** People to whom no call may be offered, as Teams shows them. */
const BUSY_STATES: readonly Pick<RuleInput, 'availability' | 'activity'>[] = [
  { availability: 'Busy', activity: 'InACall' },
  { availability: 'Busy', activity: 'InAConferenceCall' },
  { availability: 'DoNotDisturb', activity: 'Presenting' },
  { availability: 'DoNotDisturb', activity: 'DoNotDisturb' },
];
const CIRCUMSTANCES = [false, true].flatMap(outOfOffice =>
  [false, true].map(stale => ({ outOfOffice, stale, afterCall: false, unknown: false })),
);

function wouldOffer(rules: CompiledRules, group: string): boolean {
  return BUSY_STATES.some(state =>
    CIRCUMSTANCES.some(rest => matchingRule(rules, { ...state, ...rest, group })?.reachable === 1),
  );
}

/**
 * Whether rules would offer a call to somebody who is in one, presents, or does not want to be disturbed.
 * @param groups that of each agent
 * @returns to how many of the agents; undefined when to nobody, whatever his group
 */
export function offersWhileBusy(rules: CompiledRules, groups: readonly string[]): number | undefined {
  const named = rules.flatMap(({ rule }) => rule.when.flatMap(({ group = [] }) => group));
  const answers = new Map<string, boolean>();
  const offers = (group: string): boolean => {
    const key = comparable(group);
    const known = answers.get(key) ?? wouldOffer(rules, group);
    answers.set(key, known);
    return known;
  };
  const agents = groups.filter(offers).length;
  return agents > 0 || ['', ...named].some(offers) ? agents : undefined;
}
