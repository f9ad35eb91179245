import { comparable } from '../../lib/cleanText.ts';
import { normalize } from '../../lib/normalize.ts';
import { isInMeeting, KNOWN_VALUES } from '../presence/teamsPresence.ts';
import { OTHER_TEXT, type RuleInput } from './conditions.ts';
import { type CompiledRules, matchingRule } from './rule.ts';

const DO_NOT_DISTURB = 'DoNotDisturb';
/** Activities during which no call may be offered, with what Teams shows beside them. */
const BUSY_ACTIVITIES: Readonly<Record<string, readonly string[]>> = {
  InACall: ['Busy', DO_NOT_DISTURB],
  InAConferenceCall: ['Busy', DO_NOT_DISTURB],
  Presenting: ['Busy', DO_NOT_DISTURB],
  DoNotDisturb: [DO_NOT_DISTURB],
};
/** Every combination of what may be so beside a state. */
const CIRCUMSTANCES = [0, 1, 2, 3, 4, 5, 6, 7].map(bits => ({
  outOfOffice: (bits & 1) > 0,
  stale: (bits & 2) > 0,
  afterCall: (bits & 4) > 0,
}));

type State = Pick<RuleInput, 'availability' | 'activity'>;

/** People to whom no call may be offered, as Teams shows them, and with what rules expect beside these activities. */
function busyStates(rules: CompiledRules): State[] {
  const conditions = rules.flatMap(({ rule }) => rule.when);
  const shown = Object.entries(BUSY_ACTIVITIES).flatMap(([activity, availabilities]) => {
    const naming = conditions.filter(condition => condition.activity?.some(name => isSame(name, activity)));
    const named = naming.flatMap(({ availability = [] }) => availability);
    // Who is in a call may look idle; rules that say nothing of it take it as they take Busy.
    named.push(...conditions.flatMap(({ availability = [] }) => availability).filter(name => isSame(name, 'BusyIdle')));
    return [...availabilities, ...named].map(availability => ({ availability, activity }));
  });
  const activities = [...KNOWN_VALUES, ...conditions.flatMap(({ activity = [] }) => activity), OTHER_TEXT];
  const doNotDisturb = activities.map(activity => ({ availability: DO_NOT_DISTURB, activity }));
  // Of whom Teams says PresenceUnknown nothing is known: then other rules count.
  return [...shown, ...doNotDisturb].filter(
    state => !Object.values(state).some(value => isSame(value, 'PresenceUnknown')),
  );
}

const isSame = (a: string, b: string) => normalize(a) === normalize(b);

function wouldOffer(rules: CompiledRules, group: string): boolean {
  return busyStates(rules).some(state =>
    CIRCUMSTANCES.some(circumstances => {
      const afterCall = circumstances.afterCall && isInMeeting(state);
      const seen = { ...state, ...circumstances, afterCall, group, unknown: false };
      return matchingRule(rules, seen)?.reachable === 1;
    }),
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
