/**
 * `npm run infra`: compiles the Bicep files and writes infra/azuredeploy.json.
 * `npm run infra -- --check`: changes nothing, and fails when the committed template is not what the source says.
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { type Compiler, compile, findCompiler, withoutGenerator } from './bicep.ts';

const FOLDER = path.join(import.meta.dirname, '..', 'infra');
const TEMPLATE = path.join(FOLDER, 'azuredeploy.json');
/** How the compiler says that it cannot fetch the type data of an extension. */
const UNREACHABLE = /BCP192/;

async function compiled(compiler: Compiler, name: string): Promise<string> {
  const { text, findings } = await compile(compiler, path.join(FOLDER, name));
  if (findings !== '') throw new Error(`${name} has findings:\n${findings}`);
  console.log(`  ${name} compiles without a finding`);
  return text;
}

async function compileEntra(compiler: Compiler): Promise<void> {
  try {
    await compiled(compiler, 'entra.bicep');
  } catch (error) {
    if (!UNREACHABLE.test((error as Error).message)) throw error;
    console.log('  entra.bicep was not compiled: the Microsoft Graph extension cannot be fetched from here');
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  const compiler = await findCompiler();
  if (compiler === undefined) {
    throw new Error('There is no Bicep compiler. Install the Azure CLI or bicep, or set BICEP to the path of one.');
  }
  const template = await compiled(compiler, 'main.bicep');
  await compiled(compiler, 'keys.bicep');
  await compiled(compiler, 'example.bicepparam');
  await compileEntra(compiler);
  if (!values.check) {
    await writeFile(TEMPLATE, template);
    console.log(`Written: ${TEMPLATE}`);
    return;
  }
  const committed: unknown = JSON.parse(await readFile(TEMPLATE, 'utf8'));
  if (!isDeepStrictEqual(withoutGenerator(committed), withoutGenerator(JSON.parse(template)))) {
    throw new Error('infra/azuredeploy.json is not what main.bicep compiles to. Run: npm run infra');
  }
  console.log('  azuredeploy.json is what main.bicep compiles to');
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
