import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readAgentFile } from '../../../../shared/domain/agents/agentFile.ts';
import { AgentsChangeRefused } from '../../../../shared/errors/errors.ts';

interface Expected {
  readonly rows?: readonly Record<string, string>[];
  readonly fault?: string;
  readonly encoding?: string;
  readonly charset?: string;
  readonly ignored?: readonly string[];
}

const FIXTURES = path.join(import.meta.dirname, '..', '..', '..', 'fixtures');
const files = JSON.parse(readFileSync(path.join(FIXTURES, 'agents.json'), 'utf8')) as Record<string, Expected>;

test('every file of the corpus says what must come out', () => {
  expect(readdirSync(path.join(FIXTURES, 'agents')).sort()).toEqual(Object.keys(files).sort());
});

test.each(Object.entries(files))(
  '%s',
  async (name, { rows = [], fault, encoding = 'utf-8', charset, ignored = [] }) => {
    const read = () => readAgentFile(readFileSync(path.join(FIXTURES, 'agents', name)), 'csv', charset);
    if (fault !== undefined) {
      try {
        await read();
      } catch (error) {
        if (!(error instanceof AgentsChangeRefused)) throw error;
        expect([error.message, ...error.faults].join('\n')).toContain(fault);
        return;
      }
      throw new Error('it was accepted');
    }
    const file = await read();
    expect(file.entries.map(({ entry }) => entry)).toEqual(rows.map(row => expect.objectContaining(row)));
    expect(file.encoding).toBe(encoding);
    if (ignored.length > 0) expect(file.ignoredColumns).toEqual(ignored);
  },
);
