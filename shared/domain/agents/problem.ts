import type { Agent } from './agent.ts';

export const PROBLEMS = [
  'no-key',
  'not-found',
  'email-unknown',
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

/**
 * A problem in a sentence for who can mend it. A mistyped address must never show another person's state: who has the
 * number is said, and not taken.
 */
export function problemMessage(problem: Problem, { foundByNumber, numberKeys }: Agent): string {
  if (problem === 'no-key' && numberKeys.length > 0)
    return 'An extension finds nobody in the directory: add an e-mail.';
  if (problem !== 'email-unknown' || foundByNumber === '') return MESSAGES[problem];
  return `${MESSAGES[problem]} The number is that of ${foundByNumber}; correct the e-mail if that is who is meant.`;
}
