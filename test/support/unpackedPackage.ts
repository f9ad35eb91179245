import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { PROJECT } from '../../local/stack.ts';
import { type Ended, runScript } from './script.ts';

export interface UnpackedPackage {
  /** Holds the package alone; whoever asked for it removes it. */
  readonly folder: string;
  /** Names of the files in the package. */
  readonly names: readonly string[];
  /** How `npm run package` ended. */
  readonly packed: Ended;
}

/** What `npm run package` makes of the built app, in a folder of its own. */
export async function unpackedPackage(): Promise<UnpackedPackage> {
  const folder = await mkdtemp(path.join(tmpdir(), 'package-'));
  const packed = await runScript('package.ts');
  const files = unzipSync(await readFile(path.join(PROJECT, 'dist', 'teams-presence-connector.zip')));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.join(folder, path.dirname(name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
  return { folder, names: Object.keys(files), packed };
}
