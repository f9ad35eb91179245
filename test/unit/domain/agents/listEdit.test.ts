import { expect, test } from 'vitest';
import { agentEntry } from '../../../../shared/domain/agents/agent.ts';
import { readAgentFile, readAgentObject } from '../../../../shared/domain/agents/agentFile.ts';
import { addOrUpdate, replaceAll } from '../../../../shared/domain/agents/listEdit.ts';
import { agent } from '../../../support/builders.ts';

const before = [agent(1, { email: 'person1@contoso.com', number: '4711', group: 'sales' }), agent(2)];
const bytes = (text: string) => new TextEncoder().encode(text);
const rowOf = (rows: readonly { readonly entry: { readonly agentId: string } }[]) =>
  rows.find(({ entry }) => entry.agentId === '1001')?.entry;

test.each([
  ['CSV', await readAgentFile(bytes('agentId;group\n1001;support\n1003;support\n'), 'csv')],
  ['JSON', await readAgentFile(bytes('[{"agentId":"1001","group":"support"},{"agentId":"1003"}]'), 'json')],
])('who is updated keeps what the %s does not speak of', (_kind, file) => {
  const rows = addOrUpdate(file).apply(before);
  expect(rowOf(rows)).toEqual({ ...agentEntry(before[0] ?? agent(1)), group: 'support' });
  expect(rows.map(({ entry }) => entry.agentId).sort()).toEqual(['1001', '1002', '1003']);
});

test('a column that is there and empty empties the field', async () => {
  const rows = addOrUpdate(await readAgentFile(bytes('agentId;group\n1001;\n'), 'csv')).apply(before);
  expect(rowOf(rows)).toMatchObject({ group: '', number: '4711' });
});

test('a list that replaces the one before, and an agent who is put as a whole, keep nothing', async () => {
  const whole = await readAgentFile(bytes('agentId;group\n1001;support\n'), 'csv');
  expect(rowOf(replaceAll(whole).apply(before))).toMatchObject({ email: '', number: '', group: 'support' });
  const one = await readAgentObject(bytes('{"group":"support"}'), '1001');
  expect(rowOf(addOrUpdate(one).apply(before))).toMatchObject({ email: '', number: '', group: 'support' });
});

test('a row that names another person keeps nothing of the one before but the group', async () => {
  const file = await readAgentFile(bytes('agentId;email\n1001;jorg@contoso.com\n'), 'csv');
  const known = { ...agent(1), userId: agent(1).objectId, displayName: 'Anna', number: '4711', group: 'sales' };
  expect(rowOf(addOrUpdate(file).apply([known]))).toMatchObject({
    ...{ email: 'jorg@contoso.com', userId: '', displayName: '', number: '', group: 'sales' },
  });
  const same = await readAgentFile(bytes('agentId;email\n1001;PERSON1@contoso.com\n'), 'csv');
  expect(rowOf(addOrUpdate(same).apply([known]))).toMatchObject({ number: '4711', displayName: 'Anna' });
});
