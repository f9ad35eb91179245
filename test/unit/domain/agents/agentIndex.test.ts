import { expect, test } from 'vitest';
import { AgentIndex } from '../../../../shared/domain/agents/agentIndex.ts';
import { agent, guid } from '../../../support/builders.ts';

const index = new AgentIndex({
  agents: [
    agent(2, { aliases: ['ben@old.contoso.com'], numberKeys: ['+498912', '12'] }),
    agent(1, { directoryNumbers: ['+498911'] }),
    agent(3, { account: 'not-in-source' }),
    agent(4, { origin: 'directory', numberKeys: ['12'] }),
  ],
  tombstones: [
    { agentId: '9', removedIn: 'g2', removedAt: 2 },
    { agentId: '8', removedIn: 'g1', removedAt: 1 },
  ],
});
const idsOf = (kind: 'agentId' | 'userId' | 'email' | 'number', value: string) =>
  index.find([{ kind, value }]).positions.map(position => index.agents[position]?.agentId);

test.each([
  ['agentId', '1001', ['1001']],
  ['userId', guid(2).toUpperCase(), ['1002']],
  ['email', 'PERSON1@contoso.com', ['1001']],
  ['email', 'ben@old.contoso.com', ['1002']],
  ['number', '+498911', ['1001']],
  ['number', '12', ['1002', '1004']],
  ['number', '13', []],
  ['agentId', '1003', []],
] as const)('by %s %s it finds %j', (kind, value, ids) => {
  expect(idsOf(kind, value)).toEqual(ids);
});

test('ids of the ACD are exact, those of Entra are the same in any case', () => {
  const exact = new AgentIndex({ agents: [agent(1, { agentId: 'Anna' })], tombstones: [] });
  expect(exact.find([{ kind: 'agentId', value: 'anna' }]).positions).toEqual([]);
  expect(exact.find([{ kind: 'agentId', value: 'Anna' }]).matchedBy).toBe('agentId');
});

test('the first reading that finds anybody decides', () => {
  const readings = [
    { kind: 'agentId', value: '12' },
    { kind: 'number', value: '12' },
    { kind: 'number', value: '+498911' },
  ] as const;
  expect(index.find(readings)).toEqual({ matchedBy: 'number', positions: [1, 2] });
  expect(index.find([])).toEqual({ matchedBy: '', positions: [] });
});

test('the list holds also who stands for nobody now, and who left is in the order of leaving', () => {
  expect(index.list.map(({ agentId }) => agentId).sort()).toEqual(['1001', '1002', '1003']);
  expect(index.removed.map(({ agentId }) => agentId)).toEqual(['8', '9']);
});
