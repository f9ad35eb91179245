import { expect, test } from 'vitest';
import { problemIn } from '../../../board/problemIn.ts';
import { sayIn } from '../../../board/words.ts';
import { PROBLEMS } from '../../../shared/domain/agents/problem.ts';

const row = { line: 2, agentId: '1001', numberOf: '' };

test.each(PROBLEMS)('%s is said in German, and in English as the connector says it', problem => {
  const finding = { ...row, problem, message: 'In English.' };
  expect(problemIn(finding, sayIn('en'))).toBe('In English.');
  expect(problemIn(finding, sayIn('de'))).not.toBe('In English.');
});

test('whose number a row has is said in both, and what nobody has words for as it came', () => {
  const message = 'Nobody in the tenant has this e-mail. The number is that of anna@contoso.com; correct the e-mail.';
  expect(problemIn({ ...row, problem: 'email-unknown', message, numberOf: 'anna@contoso.com' }, sayIn('de'))).toBe(
    'Niemand im Mandanten hat diese E-Mail. Die Nummer gehört zu anna@contoso.com.',
  );
  expect(problemIn({ ...row, problem: 'new-problem', message: 'New.' }, sayIn('de'))).toBe('New.');
});
