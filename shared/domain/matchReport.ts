import type { Agent } from './agent.ts';

export type Problem =
  | 'no-key'
  | 'not-found'
  | 'ambiguous'
  | 'account-disabled'
  | 'duplicate-email'
  | 'duplicate-number';

/** One row that an administrator should look at. */
export interface Finding {
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
  readonly attention: readonly Finding[];
}

export interface ReportRow {
  /** 0 for an agent that was there before: counted, but nothing to look at in this file. */
  readonly line: number;
  readonly agent: Agent;
  readonly ambiguous: boolean;
}

const MESSAGES: Readonly<Record<Problem, string>> = {
  'no-key': 'The row has neither e-mail nor object id, so nobody can be looked up.',
  'not-found': 'Nobody in the tenant has this object id, UPN or mail.',
  ambiguous: 'Several people in the tenant have this address; give the object id.',
  'account-disabled': 'The account is disabled in Entra.',
  'duplicate-email': 'Another agent has the same e-mail.',
  'duplicate-number': 'Another agent has the same number.',
};

/** What became of every row, with those that need a look. */
export function matchReport(rows: readonly ReportRow[]): MatchReport {
  const emails = counted(rows.map(({ agent }) => agent.email.toLowerCase()));
  const numbers = counted(rows.map(({ agent }) => agent.numberE164));
  const attention = rows.flatMap(({ line, agent, ambiguous }): Finding[] => {
    if (line === 0) return [];
    const problems: Problem[] = [];
    if (ambiguous) problems.push('ambiguous');
    else if (agent.account === 'not-in-directory') problems.push(agent.email || agent.userId ? 'not-found' : 'no-key');
    if (agent.account === 'account-disabled') problems.push('account-disabled');
    if ((emails.get(agent.email.toLowerCase()) ?? 0) > 1) problems.push('duplicate-email');
    if ((numbers.get(agent.numberE164) ?? 0) > 1) problems.push('duplicate-number');
    return problems.map(problem => ({ line, agentId: agent.agentId, problem, message: MESSAGES[problem] }));
  });
  const accounts = counted(rows.map(({ agent }) => agent.account));
  return {
    count: rows.length,
    mapped: accounts.get('mapped') ?? 0,
    notFound: accounts.get('not-in-directory') ?? 0,
    disabled: accounts.get('account-disabled') ?? 0,
    attention,
  };
}

function counted<T extends string>(values: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) if (value !== '') counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
