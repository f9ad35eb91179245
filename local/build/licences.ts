import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

const PROJECT = path.join(import.meta.dirname, '..', '..');
const TEXT = /^(?:licen[cs]e|copying|notice)/i;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

const read = (...parts: string[]) => readFile(path.join(PROJECT, ...parts), 'utf8');

/** The folders of the packages of which something stands in these bundles. */
export async function bundledPackages(bundles: readonly string[]): Promise<string[]> {
  const inputs = await Promise.all(
    bundles.map(async name => {
      const meta = JSON.parse(await read('dist', 'meta', `${name}.json`)) as { inputs: object };
      return Object.keys(meta.inputs);
    }),
  );
  return [...new Set(inputs.flat().flatMap(file => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []))];
}

/** What the licences of all that is bundled ask for: each package with its name, its licence and the text of it. */
export async function licencesOf(bundles: readonly string[]): Promise<string> {
  const parts = (await bundledPackages(bundles)).sort().map(async folder => {
    const { name, version, license = 'no licence named' } = JSON.parse(await read(folder, 'package.json')) as Manifest;
    const files = (await readdir(path.join(PROJECT, folder))).filter(file => TEXT.test(file)).sort();
    const texts = await Promise.all(files.map(file => read(folder, file)));
    return [`${name} ${version} (${license})`, ...texts.map(text => text.trim())].join('\n\n');
  });
  return `${(await Promise.all(parts)).join(`\n\n${'-'.repeat(78)}\n\n`)}\n`;
}
