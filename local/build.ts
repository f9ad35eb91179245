/** `npm run build`: the app as it is deployed, the board that it serves, and the doctor as one file. */
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type BuildOptions, build } from 'esbuild';

const PROJECT = path.join(import.meta.dirname, '..');
const DIST = path.join(PROJECT, 'dist');
/** Some packages load these where they are installed, and do without them where they are not. */
const OPTIONAL = ['supports-color', './node_modules/debug/*'];

const BUNDLES: Readonly<Record<string, BuildOptions>> = {
  index: {
    entryPoints: ['functions/index.ts'],
    outfile: 'dist/index.cjs',
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    sourcemap: true,
    // Nothing that is deployed sends a form.
    alias: { 'form-data': './local/build/noFormData.cjs' },
    // The platform brings it.
    external: ['@azure/functions-core', ...OPTIONAL],
  },
  board: {
    entryPoints: ['board/app.tsx', 'board/app.css'],
    outdir: 'dist/board',
    target: 'es2024',
    jsx: 'automatic',
    jsxImportSource: 'preact',
  },
  doctor: {
    entryPoints: ['local/doctor.ts'],
    outfile: 'dist/doctor.mjs',
    platform: 'node',
    target: 'node20',
    format: 'esm',
    external: OPTIONAL,
    // Some of what is bundled still calls require.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  },
};

await mkdir(path.join(DIST, 'meta'), { recursive: true });
await Promise.all(
  Object.entries(BUNDLES).map(async ([name, options]) => {
    const common = { absWorkingDir: PROJECT, bundle: true, minify: true, metafile: true } as const;
    const { metafile } = await build({ ...common, logLevel: 'warning', ...options });
    await writeFile(path.join(DIST, 'meta', `${name}.json`), JSON.stringify(metafile));
  }),
);
await copyFile(path.join(PROJECT, 'board', 'index.html'), path.join(DIST, 'board', 'index.html'));
