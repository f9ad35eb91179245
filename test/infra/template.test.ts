import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { compile, findCompiler, withoutGenerator } from '../../local/bicep.ts';

const FOLDER = path.join(import.meta.dirname, '..', '..', 'infra');
const compiler = await findCompiler();
if (compiler === undefined) console.log('There is no Bicep compiler here: compiling the templates was skipped.');

test.skipIf(compiler === undefined)(
  'the committed template is what the source compiles to, without a finding',
  async () => {
    if (compiler === undefined) return;
    const { text, findings } = await compile(compiler, path.join(FOLDER, 'main.bicep'));
    expect(findings).toBe('');
    const committed = await readFile(path.join(FOLDER, 'azuredeploy.json'), 'utf8');
    expect(withoutGenerator(JSON.parse(committed))).toEqual(withoutGenerator(JSON.parse(text)));
  },
  60_000,
);
