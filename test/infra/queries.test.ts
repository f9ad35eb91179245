import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findCompiler } from '../../local/bicep.ts';
import { queryFaults } from './kusto.ts';
import { PARAMETER_SETS, predicted } from './parameterSets.ts';

const compiler = await findCompiler();

/** Every text under the name `query`. */
function queriesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === 'query' && typeof inner === 'string' ? [inner] : queriesIn(inner),
  );
}

test('the parser finds what is wrong', () => {
  expect(queryFaults('AppTraces | where Mesage == "x" | sumarize count()')).toHaveLength(4);
});

test('the queries of the workbook fit the table of the log', () => {
  const file = path.join(import.meta.dirname, '..', '..', 'infra', 'modules', 'workbook.json');
  const queries = queriesIn(JSON.parse(readFileSync(file, 'utf8')));
  expect(queries.length).toBeGreaterThan(3);
  // A range of time that the reader of the workbook chooses stands in braces.
  const filled = queries.map(query => query.replace(/\{\w+\}/g, '1h'));
  expect(filled.flatMap(query => queryFaults(query).map(fault => `${fault} ${query}`))).toEqual([]);
});

test.skipIf(compiler === undefined)(
  'the queries of the alerts, as they are deployed, fit it too',
  async () => {
    if (compiler === undefined) return;
    const alerts = (await predicted(compiler, PARAMETER_SETS.everything)).filter(({ type }) =>
      type.endsWith('/scheduledQueryRules'),
    );
    const queries = alerts.flatMap(({ properties }) => queriesIn(properties));
    expect(queries.length).toBe(alerts.length);
    expect(queries.length).toBeGreaterThan(7);
    expect(queries.flatMap(query => queryFaults(query).map(fault => `${fault} ${query}`))).toEqual([]);
  },
  60_000,
);
