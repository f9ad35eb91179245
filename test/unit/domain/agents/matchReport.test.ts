import { expect, test } from 'vitest';
import type { Agent } from '../../../../shared/domain/agents/agent.ts';
import { matchReport } from '../../../../shared/domain/agents/matchReport.ts';
import { agent, guid } from '../../../support/builders.ts';

const problemsOf = (agents: readonly Agent[], before: readonly Agent[] = []) =>
  matchReport(agents, 'all', before).attention.map(({ agentId, problem }) => `${agentId} ${problem}`);

test('everybody is counted once, who is parked not at all', () => {
  const { attention, ...counts } = matchReport(
    [
      agent(1),
      agent(2, { account: 'not-in-directory' }),
      agent(3, { account: 'account-disabled' }),
      agent(4, { account: 'pending' }),
      agent(5, { account: 'not-in-source' }),
    ],
    'all',
  );
  expect(counts).toEqual({ count: 4, mapped: 1, notFound: 1, disabled: 1, pending: 1 });
  expect(attention.map(({ problem }) => problem)).toEqual(['not-found', 'account-disabled', 'pending']);
});

test('of an upload only its own rows are shown, in the order of the file', () => {
  const rows = [agent(1, { account: 'pending' }), ...[9, 4].map(line => agent(line, { account: 'pending', line }))];
  expect(matchReport(rows, 'uploaded').attention.map(({ line }) => line)).toEqual([4, 9]);
});

test.each([
  ['duplicate-email', [agent(1), agent(2, { email: 'PERSON1@contoso.com' })]],
  ['duplicate-person', [agent(1), agent(2, { objectId: guid(1) })]],
  ['duplicate-number', [agent(1, { numberKeys: ['12'] }), agent(2, { numberKeys: ['12'] })]],
] as const)('%s is said of both', (problem, agents) => {
  const found = problemsOf(agents.map(one => ({ ...one, number: one.numberKeys[0] ?? '' })));
  expect(found).toEqual([`1001 ${problem}`, `1002 ${problem}`]);
});

test('a number that is another’s in the directory is a double as well', () => {
  const own = agent(1, { number: '+498912', numberKeys: ['+498912'] });
  expect(problemsOf([own, agent(2, { directoryNumbers: ['+498912'] })])).toEqual(['1001 duplicate-number']);
});

test('numbers that cannot be dialled, and those that the directory does not know', () => {
  expect(problemsOf([agent(1, { number: '12', number2: '+4', numberKeys: ['12'] })])).toEqual(['1001 number-unusable']);
  const differing = agent(1, { number: '+498912', numberKeys: ['+498912'], directoryNumbers: ['+498913'] });
  expect(problemsOf([differing])).toEqual(['1001 number-differs']);
  expect(problemsOf([{ ...differing, number: '12', numberKeys: ['12'] }])).toEqual([]);
});

test('an id that stood for another person before an upload', () => {
  expect(problemsOf([agent(1)], [agent(1, { objectId: guid(7) })])).toEqual(['1001 other-person']);
  expect(problemsOf([agent(1)], [agent(1, { objectId: '' })])).toEqual([]);
});
