import type { Agent } from './agent.ts';

export const PROBLEMS = [
  'no-key',
  'not-found',
  'email-unknown',
  'email-of-other',
  'ambiguous',
  'account-disabled',
  'pending',
  'renamed',
  'other-person',
  'duplicate-email',
  'duplicate-person',
  'duplicate-number',
  'number-unusable',
  'number-differs',
] as const;
export type Problem = (typeof PROBLEMS)[number];

const MESSAGES: Readonly<Record<Problem, string>> = {
  'no-key': 'The row has no e-mail, object id or phone number, so nobody can be looked up.',
  'not-found': 'Nobody in the tenant has this object id, UPN, mail, alias or phone number.',
  'email-unknown': 'Nobody in the tenant has this e-mail.',
  'email-of-other': 'The object id and the e-mail are of two people; correct one of them.',
  ambiguous: 'Several people in the tenant have this address or number; give the object id.',
  'account-disabled': 'The account is disabled in Entra.',
  pending: 'The person is not looked up yet; the next directory sync does it.',
  'other-person': 'The agentId stood for another person before.',
  renamed: 'Nobody has this e-mail any more; the person is known by object id. Correct the e-mail.',
  'duplicate-email': 'Another agent has the same e-mail.',
  'duplicate-person': 'Another agent stands for the same person in Entra.',
  'duplicate-number': 'Another agent has the same number.',
  'number-unusable': 'One of the numbers is no number that can be dialled; nothing is found by it.',
  'number-differs': 'The directory has other numbers for this person.',
};

const hasKey = ({ email, userId, numberKeys }: Agent) =>
  email !== '' || userId !== '' || numberKeys.some(key => key.startsWith('+'));

function notFound(agent: Agent): Problem {
  if (agent.email !== '' && agent.userId === '') return agent.numberKeys.length > 0 ? 'email-unknown' : 'not-found';
  return hasKey(agent) ? 'not-found' : 'no-key';
}

/** What keeps Teams from being read for an agent; undefined when nothing does. */
export function accountProblem(agent: Agent): Problem | undefined {
  if (agent.ambiguous) return 'ambiguous';
  if (agent.account === 'not-in-directory') return notFound(agent);
  return agent.account === 'account-disabled' || agent.account === 'pending' ? agent.account : undefined;
}

/** Whom the number of a row would find that nobody is found for; empty for nobody. */
export function ownerOf(problem: Problem, { foundByNumber }: Agent): string {
  return problem === 'email-unknown' || problem === 'not-found' ? foundByNumber : '';
}

/**
 * A problem in a sentence for who can mend it. A mistyped address must never show another person's state: who has the
 * number is said, and not taken.
 */
export function problemMessage(problem: Problem, agent: Agent): string {
  const { foundByNumber, emailOwner, numberKeys } = agent;
  if (problem === 'no-key' && numberKeys.length > 0)
    return 'An extension finds nobody in the directory: add an e-mail.';
  if (problem === 'renamed' && agent.email === '')
    return 'Nobody has this number any more; the person is known by object id. Correct the number or add an e-mail.';
  if (problem === 'email-of-other') return `${MESSAGES[problem]} The e-mail is that of ${emailOwner}.`;
  if (ownerOf(problem, agent) === '') return MESSAGES[problem];
  const what = problem === 'email-unknown' ? 'e-mail' : 'object id';
  return `${MESSAGES[problem]} The number is that of ${foundByNumber}; correct the ${what} if that is who is meant.`;
}
