import { expect, test } from 'vitest';
import type { Agent } from '../../../../shared/domain/agents/agent.ts';
import { accountProblem, ownerOf, PROBLEMS, problemMessage } from '../../../../shared/domain/agents/problem.ts';
import { agent } from '../../../support/builders.ts';

const missing = (rest: Partial<Agent>) => agent(1, { account: 'not-in-directory', ...rest });

test.each([
  [agent(1), undefined],
  [agent(1, { account: 'account-disabled' }), 'account-disabled'],
  [agent(1, { account: 'pending' }), 'pending'],
  [missing({ ambiguous: true }), 'ambiguous'],
  [missing({}), 'not-found'],
  [missing({ numberKeys: ['+498912'] }), 'email-unknown'],
  [missing({ email: '', userId: 'x' }), 'not-found'],
  [missing({ email: '', numberKeys: ['+498912'] }), 'not-found'],
  [missing({ email: '', numberKeys: ['12'] }), 'no-key'],
  [missing({ email: '' }), 'no-key'],
] as const)('what keeps Teams from being read, case %#', (who, problem) => {
  expect(accountProblem(who)).toBe(problem);
});

test('every problem has a sentence', () => {
  for (const problem of PROBLEMS) expect(problemMessage(problem, agent(1))).toMatch(/^[A-Z].*\.$/);
});

test('who has the number of a row is said, and not taken', () => {
  const who = missing({ foundByNumber: 'ben@contoso.com', numberKeys: ['+498912'] });
  expect(problemMessage('email-unknown', who)).toContain('The number is that of ben@contoso.com; correct the e-mail');
  expect(problemMessage('not-found', who)).toContain('correct the object id');
  expect([ownerOf('email-unknown', who), ownerOf('pending', who)]).toEqual(['ben@contoso.com', '']);
});

test('a row is told what it can mend', () => {
  expect(problemMessage('no-key', missing({ email: '', numberKeys: ['12'] }))).toContain('An extension finds nobody');
  expect(problemMessage('renamed', agent(1, { email: '' }))).toContain('Correct the number');
  expect(problemMessage('renamed', agent(1))).toContain('Correct the e-mail');
  expect(problemMessage('email-of-other', agent(1, { emailOwner: 'ben@contoso.com' }))).toContain('ben@contoso.com');
});
