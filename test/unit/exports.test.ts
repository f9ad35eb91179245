import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const PROJECT = path.join(import.meta.dirname, '..', '..');
const EXPORTED = /^export (?:async )?(?:function|const|class|interface|type) (\w+)/gm;

test('nothing is exported that no other file knows', () => {
  const files = globSync('{functions,shared,local,board,test}/**/*.{ts,tsx}', { cwd: PROJECT });
  const texts = files.map(file => readFileSync(path.join(PROJECT, file), 'utf8'));
  const mentions = new Map<string, number>();
  for (const text of texts) {
    for (const word of new Set(text.match(/\w+/g))) mentions.set(word, (mentions.get(word) ?? 0) + 1);
  }
  const unknown = texts.flatMap((text, index) =>
    [...text.matchAll(EXPORTED)]
      .map(([, name = '']) => name)
      .filter(name => mentions.get(name) === 1)
      .map(name => `${files[index]}: ${name}`),
  );
  expect(unknown).toEqual([]);
});
