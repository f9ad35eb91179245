import { type Agent, isActive } from './agent.ts';
import { accountProblem, ownerOf, type Problem, problemMessage } from './problem.ts';

/** One row that an administrator should look at. */
export interface Finding {
  /** In the file that was uploaded last; 0 for a row that did not come with it. */
  readonly line: number;
  readonly agentId: string;
  readonly problem: Problem;
  readonly message: string;
  /** Whom the number of the row would find, where the e-mail finds nobody; otherwise empty. */
  readonly numberOf: string;
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
  // Whoever has it in the directory answers to it as well.
  const numbers = counted(agents.flatMap(agent => [...new Set([...agent.numberKeys, ...agent.directoryNumbers])]));
  const several = (counts: ReadonlyMap<string, number>, key: string) => (counts.get(key) ?? 0) > 1;
  const attention = agents.flatMap((agent): Finding[] => {
    const { line, agentId, resolvedBy, email, objectId } = agent;
    if (about === 'uploaded' && line === 0) return [];
    const problems: Problem[] = [];
    const ofAccount = accountProblem(agent);
    if (ofAccount !== undefined) problems.push(ofAccount);
    if (resolvedBy === 'previous') problems.push('renamed');
    if (agent.emailOwner !== '') problems.push('email-of-other');
    if (stoodForOther(agent)) problems.push('other-person');
    if (several(emails, email.toLowerCase())) problems.push('duplicate-email');
    else if (several(people, objectId)) problems.push('duplicate-person');
    if (agent.numberKeys.some(key => several(numbers, key))) problems.push('duplicate-number');
    if (hasUnusableNumber(agent)) problems.push('number-unusable');
    if (numberDiffers(agent)) problems.push('number-differs');
    return problems.map(problem => {
      return { line, agentId, problem, message: problemMessage(problem, agent), numberOf: ownerOf(problem, agent) };
    });
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
