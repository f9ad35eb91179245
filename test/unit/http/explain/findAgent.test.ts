import { expect, test } from 'vitest';
import { AgentIndex } from '../../../../shared/domain/agents/agentIndex.ts';
import { findAgent } from '../../../../shared/http/explain/findAgent.ts';
import { agent } from '../../../support/builders.ts';

const many = Array.from({ length: 25 }, (_, index) => agent(index + 10, { displayName: `Team ${index}` }));
const index = new AgentIndex({
  agents: [agent(1, { displayName: 'Anna Beck' }), agent(2, { displayName: '1001' }), ...many],
  tombstones: [],
});
const find = (text: string) => findAgent(index, text, 'DE');
const refusal = (text: string) => {
  try {
    return find(text);
  } catch (error) {
    return error;
  }
};

test.each([
  ['1001', 0, 'agentId'],
  ['person2@contoso.com', 1, 'email'],
  ['anna', 0, 'name'],
])('%s is the agent at %i, by %s', (text, position, matchedBy) => {
  expect(find(text)).toEqual({ position, matchedBy });
});

test('nobody, and no key, are said in words', () => {
  expect(refusal('zoe')).toMatchObject({ status: 404, code: 'not_mapped' });
  expect(refusal(' ')).toMatchObject({ status: 400, code: 'malformed_key' });
});

test('of several twenty are named', () => {
  expect(refusal('team')).toMatchObject({ status: 300, code: 'several_agents' });
  const { message } = refusal('team') as Error;
  expect(message).toContain('25 agents fit: 1010 Team 0,');
  expect(message.split(',')).toHaveLength(21);
});
