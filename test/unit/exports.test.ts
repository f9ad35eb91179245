import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const PROJECT = path.join(import.meta.dirname, '..', '..');
const EXPORTED = /^export (?:async )?(?:function|const|class|interface|type) (\w+)/gm;
/** What stands in braces before `from`, and what is taken of a module that is loaded later. */
const IMPORTED = /^import (?:type )?(?:\w+, )?\{([^}]*)\} from|\{([^}]*)\} = await import\(/gm;

test('nothing is exported that no other file imports', () => {
  const files = globSync('{functions,shared,local,board,test}/**/*.{ts,tsx}', { cwd: PROJECT });
  const texts = [...files, 'vitest.config.ts'].map(file => readFileSync(path.join(PROJECT, file), 'utf8'));
  const imported = new Set(
    texts.flatMap(text =>
      [...text.matchAll(IMPORTED)].flatMap(([, early = '', late = '']) => (early + late).match(/\w+/g) ?? []),
    ),
  );
  const unknown = files.flatMap((file, index) =>
    [...(texts[index] ?? '').matchAll(EXPORTED)]
      .map(([, name = '']) => name)
      .filter(name => !imported.has(name))
      .map(name => `${file}: ${name}`),
  );
  expect(unknown).toEqual([]);
});
