/** `npm run package`: what is deployed, as a folder and as a zip, the same bytes from the same sources. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { zipSync } from 'fflate';
import { licencesOf } from './build/licences.ts';

const PROJECT = path.join(import.meta.dirname, '..');
const FOLDER = path.join(PROJECT, 'dist', 'app');
const ZIP = path.join(PROJECT, 'dist', 'teams-presence-connector.zip');
/** The page's files, beside the bundle. */
const BOARD = ['app.css', 'app.js', 'index.html'];
/** Zip knows no time before 1980; a fixed one keeps the bytes the same. */
const TIME = '1980-01-02T00:00:00';

const read = (name: string) => readFile(path.join(PROJECT, name));

/** What the platform needs of the manifest: nothing is installed from it. */
async function manifest(): Promise<Uint8Array> {
  const { name, version, license, main } = JSON.parse((await read('package.json')).toString()) as Record<
    string,
    string
  >;
  return Buffer.from(`${JSON.stringify({ name, version, license, main }, null, 2)}\n`);
}

const files = {
  'dist/index.cjs': await read('dist/index.cjs'),
  ...Object.fromEntries(
    await Promise.all(BOARD.map(async name => [`dist/board/${name}`, await read(`dist/board/${name}`)] as const)),
  ),
  'host.json': await read('host.json'),
  'package.json': await manifest(),
  LICENSE: await read('LICENSE'),
  'THIRD-PARTY-LICENCES.txt': Buffer.from(await licencesOf(['index', 'board'])),
};
const zip = zipSync(files, { mtime: TIME, level: 9, os: 3 });
await writeFile(ZIP, zip);
await rm(FOLDER, { recursive: true, force: true });
for (const [name, content] of Object.entries(files)) {
  await mkdir(path.join(FOLDER, path.dirname(name)), { recursive: true });
  await writeFile(path.join(FOLDER, name), content);
  console.log(`  ${createHash('sha256').update(content).digest('hex')}  ${name}`);
}
console.log(`${createHash('sha256').update(zip).digest('hex')}  ${path.relative(PROJECT, ZIP)} (${zip.length} bytes)`);
