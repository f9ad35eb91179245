import { expect, test } from 'vitest';
import { exportedCsv, exportedEntries } from '../../../../shared/domain/agents/agentExport.ts';
import { readAgentFile } from '../../../../shared/domain/agents/agentFile.ts';
import { agent, entry } from '../../../support/builders.ts';

const AGENTS = [agent(2, { displayName: '=Ben' }), agent(1, { number: '089 1', group: 'a;b' })];

test('agents go out in the order of their ids, as they were uploaded', () => {
  expect(exportedEntries(AGENTS)).toEqual([
    entry(1, { number: '089 1', group: 'a;b' }),
    entry(2, { displayName: '=Ben' }),
  ]);
});

test.each(['DE', 'US'])('a spreadsheet of %s holds nothing but what uploads unchanged', async country => {
  const text = exportedCsv(AGENTS, country);
  expect(text.split('\r\n', 1)[0]).toContain('agentId');
  const { entries } = await readAgentFile(new TextEncoder().encode(text), 'csv');
  expect(entries.map(({ entry: { agentId, displayName, group } }) => [agentId, displayName, group])).toEqual([
    ['1001', 'Person 1', 'a;b'],
    ['1002', '=Ben', 'support'],
  ]);
});
