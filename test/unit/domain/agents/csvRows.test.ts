import { expect, test } from 'vitest';
import { csvRows } from '../../../../shared/domain/agents/csvRows.ts';

const rowsOf = async (text: string) => (await csvRows(text, 100)).rows.map(({ line, fields }) => [line, fields]);

test.each([';', ',', '\t', '|'])('a table with %j between its cells', async delimiter => {
  const text = ['agentId', 'name']
    .join(delimiter)
    .concat('\n', ['1', 'Beck, Anna; Dr.'].map(cell => `"${cell}"`).join(delimiter));
  expect(await rowsOf(text)).toEqual([[2, { agentId: '1', displayName: 'Beck, Anna; Dr.' }]]);
});

test('lines are counted as an editor counts them, whatever ends them and whatever stands before the header', async () => {
  const text = 'sep=;\r\n;;\r\nagentId;name\r1;"An\r\nna"\n\n2;Ben\r\n;\n';
  expect(await rowsOf(text)).toEqual([
    [4, { agentId: '1', displayName: 'An\nna' }],
    [7, { agentId: '2', displayName: 'Ben' }],
  ]);
});

test('a number with its country goes before the same without, and the extension stays', async () => {
  const text = 'agentId;number;number1\n1;089 1234567;+49 89 1234567\n2;089 1234567;089 1234567 ext. 12\n';
  expect((await csvRows(text, 100)).rows.map(({ fields }) => fields.number)).toEqual([
    '+49 89 1234567',
    '089 1234567 ext. 12',
  ]);
});

test.each([
  ['', 'the file is empty'],
  ['agentId;name\n', 'there is a header and no row'],
  ['agentId;name 1;Anna 2;Ben', 'curl needs --data-binary'],
  ['agentId;name\n1;"Anna\n2;Ben\n', 'line 2: the quotes do not match'],
  [`agentId\n${'1'.repeat(20_010)}\n`, 'line 2: the row is too long'],
  ['agentId;name\n1;Anna;more\n', 'line 2: there are more cells than columns'],
  [`${'x;'.repeat(201)}\n1\n`, 'line 1: there are more than 200 columns'],
])('%# is refused in words', async (text, fault) => {
  expect((await csvRows(text, 100)).faults.join()).toContain(fault);
});

test('beyond the limit one row more is given, and not read on', async () => {
  expect((await csvRows(`agentId\n${'1\n'.repeat(50)}`, 10)).rows).toHaveLength(11);
});
