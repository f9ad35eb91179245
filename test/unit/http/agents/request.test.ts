import { expect, test } from 'vitest';
import { agentIdOf, agentsChange, askedGroup } from '../../../../shared/http/agents/request.ts';
import { httpCall } from '../../../support/httpCall.ts';

const CSV = { 'content-type': 'text/csv' };
const JSON_BODY = { 'content-type': 'application/json' };
const one = { params: { agentId: '1001' } };
const change = (...args: Parameters<typeof httpCall.request>) => agentsChange(httpCall.request(...args));

test('an upload is a file, an edit and what was said in the query', async () => {
  const { file, options } = await change('PUT', '/agents?replaceAll=1', { body: 'agentId\n1001\n', headers: CSV });
  expect(file?.entries.map(({ entry }) => entry.agentId)).toEqual(['1001']);
  expect(options).toEqual({ replaceAll: true, dryRun: false, ifMatch: undefined });
});

test('one agent is a JSON object, and is removed by its id alone', async () => {
  const body = '{"email":"anna@contoso.com"}';
  const { file } = await change('PUT', '/agents/1001', { ...one, body, headers: JSON_BODY });
  expect(file?.entries[0]?.entry).toMatchObject({ agentId: '1001', email: 'anna@contoso.com' });
  expect((await change('DELETE', '/agents/1001', one)).file).toBeUndefined();
});

test.each([
  ['PUT', '/agents?dryRun=maybe', { body: 'agentId\n1\n', headers: CSV }, 400],
  ['PUT', '/agents', { body: 'agentId\n1\n', headers: { 'content-type': 'text/html' } }, 415],
  ['PUT', '/agents', { body: '', headers: CSV }, 400],
  ['POST', '/agents?group=support', { body: 'agentId\n1\n', headers: CSV }, 400],
  ['PUT', '/agents/1001?group=support', { ...one, body: '{}', headers: JSON_BODY }, 400],
  ['PUT', '/agents/1001', { ...one, body: 'agentId\n1\n', headers: CSV }, 400],
  ['DELETE', '/agents', {}, 400],
] as const)('%s %s is refused, case %#', async (method, path, call, status) => {
  await expect(change(method, path, call)).rejects.toMatchObject({ status });
});

test('a path without an agentId is about all agents, and with anything else about none', () => {
  expect(agentIdOf(httpCall.request('GET', '/agents'))).toBeUndefined();
  expect(() => agentIdOf(httpCall.request('GET', '/agents/x', { params: { agentId: 'a b' } }))).toThrow('no agentId');
});

test('a group is asked for where there is a list', () => {
  expect(askedGroup(httpCall.request('GET', '/agents?GROUP=Support'))).toBe('Support');
  expect(() => askedGroup(httpCall.request('GET', '/agents/1001?group=support', one))).toThrow('the list of agents');
});
