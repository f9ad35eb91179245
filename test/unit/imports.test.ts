import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';

const PROJECT = path.join(import.meta.dirname, '..', '..');
const BIOME = path.join(PROJECT, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');

/** Which of these files the linter of `npm run check` refuses for what they import. */
async function refused(sources: Readonly<Record<string, string>>): Promise<string[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'imports-'));
  await cp(path.join(PROJECT, 'biome.json'), path.join(folder, 'biome.json'));
  for (const [file, source] of Object.entries(sources)) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), source);
  }
  const options = { cwd: folder };
  const output = await new Promise<string>(resolve => {
    execFile(process.execPath, [BIOME, 'lint', '--max-diagnostics=none', '.'], options, (_error, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
  await rm(folder, { recursive: true });
  return Object.keys(sources).filter(file => output.includes(`${file}:1:`) && output.includes('noRestrictedImports'));
}

const WRONG = [
  ['functions/example.ts', '../local/stack.ts'],
  ['shared/http/example.ts', '../adapters/graph/graphClient.ts'],
  ['shared/http/presence/example.ts', '../../settings.ts'],
  ['shared/usecases/poll/example.ts', '../../adapters/tables/tableClient.ts'],
  ['shared/usecases/poll/example.ts', '../../http/response.ts'],
  ['shared/usecases/poll/example.ts', '@azure/data-tables'],
  ['shared/adapters/graph/example.ts', '../../usecases/poll/publishCycle.ts'],
  ['shared/ports/example.ts', '../adapters/graph/graphClient.ts'],
  ['shared/domain/presence/example.ts', '../../ports/log.ts'],
  ['shared/domain/presence/example.ts', 'axios'],
  ['shared/lib/example.ts', '../domain/presence/freshness.ts'],
  ['shared/errors/example.ts', '../ports/log.ts'],
  ['shared/errors/example.ts', '../lib/cached.ts'],
  ['shared/settings.ts', '../local/stack.ts'],
  ['shared/version.ts', './usecases/poll/publishCycle.ts'],
  ['shared/ports/example.ts', '@azure/data-tables'],
  ['shared/lib/example.ts', '@azure/data-tables'],
  ['shared/http/example.ts', '@azure/data-tables'],
  ['shared/http/example.ts', 'axios'],
  ['shared/newroom/example.ts', '../../local/stack.ts'],
  ['shared/newroom/example.ts', '../../functions/compose.ts'],
  ['shared/domain/presence/example.ts', 'node:net'],
  ['shared/usecases/poll/example.ts', 'node:fs'],
  ['shared/usecases/poll/example.ts', 'undici'],
  ['board/example.ts', '../shared/adapters/graph/graphClient.ts'],
  ['shared/domain/presence/example.ts', '../../../test/support/world.ts'],
] as const;

const named = (index: number, folder: string) => path.posix.join(path.posix.dirname(folder), `case${index}.ts`);

test('a wrong import is refused on every floor, the way down is open', async () => {
  const wrong = WRONG.map(([file, target], index) => [named(index, file), `import '${target}';\n`] as const);
  const right = [
    [
      'shared/usecases/poll/right.ts',
      "import '../../ports/log.ts';\nimport '../../domain/a.ts';\nimport '../../lib/b.ts';\n",
    ],
    ['shared/adapters/graph/right.ts', "import 'axios';\nimport '../../ports/log.ts';\n"],
    ['shared/http/right.ts', "import '@azure/functions';\nimport '../usecases/poll/publishCycle.ts';\n"],
    ['functions/right.ts', "import '../shared/adapters/graph/graphClient.ts';\n"],
  ] as const;
  expect(await refused(Object.fromEntries([...wrong, ...right]))).toEqual(wrong.map(([file]) => file));
});

/** The files that each file of the product imports, for their types alone too: the linter looks at neither. */
function importGraph(): Map<string, string[]> {
  const files = globSync('{functions,shared,board}/**/*.{ts,tsx}', { cwd: PROJECT });
  const targets = (file: string) => {
    const source = readFileSync(path.join(PROJECT, file), 'utf8');
    const named = [...source.matchAll(/^(?:import|export)\b[^'";]*?(?:from )?'(\.[^']+)'|\bimport\('(\.[^']+)'\)/gm)];
    return named.map(([, target, lazy = '']) => path.join(path.dirname(file), target ?? lazy));
  };
  return new Map(files.map(file => [file, targets(file)]));
}

test('no file needs one that needs it, be it for a type', () => {
  const graph = importGraph();
  expect(graph.get('functions/index.ts')?.length).toBeGreaterThan(8);
  const done = new Set<string>();
  const circles: string[] = [];
  const walk = (file: string, above: readonly string[]): void => {
    if (above.includes(file)) circles.push([...above.slice(above.indexOf(file)), file].join(' → '));
    if (done.has(file) || above.includes(file)) return;
    for (const target of graph.get(file) ?? []) walk(target, [...above, file]);
    done.add(file);
  };
  for (const file of graph.keys()) walk(file, []);
  expect(circles).toEqual([]);
});

test('what runs in Azure knows nothing of what runs in the browser, and the other way round', () => {
  const crossing = [...importGraph()].flatMap(([file, targets]) =>
    targets
      .filter(target => target.startsWith('board/') !== file.startsWith('board/'))
      .map(target => `${file} → ${target}`),
  );
  expect(crossing).toEqual([]);
});
