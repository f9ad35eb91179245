import { type Agent, isActive } from './agent.ts';

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

/** One row that an administrator should look at. */
export interface Finding {
  /** In the file that was uploaded last; 0 for a row that did not come with it. */
  readonly line: number;
  readonly agentId: string;
  readonly problem: Problem;
  readonly message: string;
}

export interface MatchReport {
  readonly count: number;
  readonly mapped: number;
  readonly notFound: number;
  readonly disabled: number;
  /** Not looked up yet; the next sync does it. */
  readonly pending: number;
  readonly attention: readonly Finding[];
}

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

/** A mistyped address must never show another person's state: who has the number is said, and not taken. */
function messageOf(problem: Problem, { foundByNumber, numberKeys }: Agent): string {
  if (problem === 'no-key' && numberKeys.length > 0)
    return 'An extension finds nobody in the directory: add an e-mail.';
  if (problem !== 'email-unknown' || foundByNumber === '') return MESSAGES[problem];
  return `${MESSAGES[problem]} The number is that of ${foundByNumber}; correct the e-mail if that is who is meant.`;
}

function hasUnusableNumber({ number, number2, number3, numberKeys }: Agent): boolean {
  return [number, number2, number3].filter(text => text !== '').length > numberKeys.length;
}

function numberDiffers({ numberKeys, directoryNumbers }: Agent): boolean {
  const own = numberKeys.filter(key => key.startsWith('+'));
  return own.length > 0 && directoryNumbers.length > 0 && !own.some(key => directoryNumbers.includes(key));
}

/**
 * What became of every agent, with those that need a look.
 * @param about `uploaded` leaves out the rows that did not come with the file
 * @param before the agents of before an upload: a shifted column gives ids to other people
 */
export function matchReport(
  rows: readonly Agent[],
  about: 'all' | 'uploaded',
  before: readonly Agent[] = [],
): MatchReport {
  const agents = rows.filter(isActive);
  const earlier = new Map(before.filter(isActive).map(agent => [agent.agentId, agent.objectId]));
  const stoodForOther = ({ agentId, objectId }: Agent) => {
    const other = earlier.get(agentId);
    return objectId !== '' && other !== undefined && other !== '' && other !== objectId;
  };
  const emails = counted(agents.map(({ email }) => email.toLowerCase()));
  const people = counted(agents.map(({ objectId }) => objectId));
  const numbers = counted(agents.flatMap(agent => [...new Set(agent.numberKeys)]));
  const several = (counts: ReadonlyMap<string, number>, key: string) => (counts.get(key) ?? 0) > 1;
  const attention = agents.flatMap((agent): Finding[] => {
    const { line, agentId, account, ambiguous, resolvedBy, email, objectId } = agent;
    if (about === 'uploaded' && line === 0) return [];
    const problems: Problem[] = [];
    if (ambiguous) problems.push('ambiguous');
    else if (account === 'not-in-directory') problems.push(notFound(agent));
    if (account === 'account-disabled' || account === 'pending') problems.push(account);
    if (resolvedBy === 'known') problems.push('renamed');
    if (stoodForOther(agent)) problems.push('other-person');
    if (several(emails, email.toLowerCase())) problems.push('duplicate-email');
    else if (several(people, objectId)) problems.push('duplicate-person');
    if (agent.numberKeys.some(key => several(numbers, key))) problems.push('duplicate-number');
    if (hasUnusableNumber(agent)) problems.push('number-unusable');
    if (numberDiffers(agent)) problems.push('number-differs');
    return problems.map(problem => ({ line, agentId, problem, message: messageOf(problem, agent) }));
  });
  const accounts = counted(agents.map(({ account }) => account));
  return {
    count: agents.length,
    mapped: accounts.get('mapped') ?? 0,
    notFound: accounts.get('not-in-directory') ?? 0,
    disabled: accounts.get('account-disabled') ?? 0,
    pending: accounts.get('pending') ?? 0,
    attention: attention.sort((a, b) => a.line - b.line),
  };
}

function counted<T extends string>(values: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) if (value !== '') counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
