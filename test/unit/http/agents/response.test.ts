import { expect, test } from 'vitest';
import { agentsAnswer, matchReportAnswer } from '../../../../shared/http/agents/response.ts';
import { agent } from '../../../support/builders.ts';
import { httpCall } from '../../../support/httpCall.ts';
import { world } from '../../../support/world.ts';

const accepting = (accept?: string) => httpCall.request('GET', '/agents', { headers: accept ? { accept } : {} });

async function setUp() {
  const here = world();
  await here.map([
    agent(1),
    agent(2, { group: 'Sales', account: 'not-in-source' }),
    agent(3, { origin: 'directory' }),
    agent(4, { account: 'not-in-directory', line: 4 }),
  ]);
  return (await here.reader().read()).snapshot;
}

test.each([
  [undefined, 'application/json; charset=utf-8'],
  ['text/csv', 'text/csv; charset=utf-8'],
  ['text/html, TEXT/CSV;q=0.5', 'text/csv; charset=utf-8'],
  ['text/csv;q=0, */*', 'application/json; charset=utf-8'],
])('with Accept %s the list is %s', async (accept, type) => {
  const snapshot = await setUp();
  const answer = agentsAnswer(accepting(accept), snapshot, 'DE', { agentId: undefined, group: undefined });
  expect(answer.headers).toMatchObject({ 'content-type': type, etag: expect.stringContaining('g0000000001-test') });
});

test('the list is what was uploaded, a group of it, or one row', async () => {
  const snapshot = await setUp();
  const idsOf = (agentId?: string, group?: string) => {
    const found = JSON.parse(String(agentsAnswer(accepting(), snapshot, 'DE', { agentId, group }).body));
    return [found].flat().map(({ agentId: id }) => id);
  };
  expect(idsOf()).toEqual(['1001', '1002', '1004']);
  expect(idsOf(undefined, ' sales ')).toEqual(['1002']);
  expect(idsOf('1003')).toEqual(['1003']);
  expect(() => idsOf('9')).toThrow('There is no agent of this agentId.');
});

test('the match report names who needs a look, also as CSV', async () => {
  const snapshot = await setUp();
  const read = { snapshot, fault: undefined };
  expect(JSON.parse(String(matchReportAnswer(accepting(), read, 'DE').body))).toMatchObject({
    ...{ count: 3, mapped: 2, notFound: 1, warning: '', syncFault: '' },
    attention: [{ line: 4, agentId: '1004', problem: 'not-found' }],
  });
  const csv = String(matchReportAnswer(accepting('text/csv'), read, 'DE').body);
  expect(csv.split('\r\n')).toEqual([
    '\uFEFFline;agentId;problem;message',
    expect.stringContaining('4;1004;not-found;'),
    '',
  ]);
});
