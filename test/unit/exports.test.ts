import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const PROJECT = path.join(import.meta.dirname, '..', '..');
const EXPORTED = /^export (?:async )?(?:function|const|class) (\w+)/gm;

test('no value is exported that no other file knows', () => {
  const files = globSync('{functions,shared,local,board,test}/**/*.{ts,tsx}', { cwd: PROJECT });
  const texts = new Map(files.map(file => [file, readFileSync(path.join(PROJECT, file), 'utf8')]));
  const unknown = [...texts].flatMap(([file, text]) =>
    [...text.matchAll(EXPORTED)]
      .map(([, name = '']) => name)
      .filter(name => ![...texts].some(([other, rest]) => other !== file && new RegExp(`\\b${name}\\b`).test(rest)))
      .map(name => `${file}: ${name}`),
  );
  expect(unknown).toEqual([]);
});
