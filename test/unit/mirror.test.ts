import { globSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import path from 'node:path';
import { expect, test } from 'vitest';

const PROJECT = path.join(import.meta.dirname, '..', '..');
const under = (pattern: string) => globSync(pattern, { cwd: PROJECT }).map(file => file.replaceAll('\\', '/'));

/** Rooms whose files are one thing: their tests look at them together. */
const TOGETHER: Readonly<Record<string, string>> = {
  'functions/': 'test/unit/functions.test.ts',
  'shared/http/contract/': 'test/unit/http/contract/openapi.test.ts',
  'shared/ports/': 'test/unit/imports.test.ts',
};

/** An adapter of a store is tested by the contract of its port, beside the one in memory. */
const portOf = (name: string) => (name.startsWith('table') ? `${name.charAt(5).toLowerCase()}${name.slice(6)}` : name);

test('every source is tested by a file of its name, in a room of the same name', () => {
  const tests = under('test/{unit,contract,integration}/**/*.test.ts');
  const isTested = (source: string) => {
    const together = Object.keys(TOGETHER).find(room => source.startsWith(room));
    if (together !== undefined) return tests.includes(TOGETHER[together] ?? '');
    const room = path.posix.dirname(source).replace(/^shared\/?/, '');
    const name = path.posix.basename(source, '.ts');
    const places = [path.posix.join(room, name), ...(room === 'adapters/tables' ? [`ports/${portOf(name)}`] : [])];
    return places.some(place => tests.some(file => file.replace(/^test\/\w+\//, '') === `${place}.test.ts`));
  };
  // What is nothing but types leaves no code behind.
  const hasCode = (source: string) =>
    /\S/.test(
      stripTypeScriptTypes(readFileSync(path.join(PROJECT, source), 'utf8')).replace(
        /\/\*[\s\S]*?\*\/|\/\/.*|export \{\};?|import [^;]*;/g,
        '',
      ),
    );
  const sources = under('{functions,shared}/**/*.ts').filter(hasCode);
  expect(sources.length).toBeGreaterThan(150);
  expect(sources.filter(source => !isTested(source))).toEqual([]);
});
