import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, expect, test } from 'vitest';
import { runScript } from '../support/script.ts';
import { stack } from '../support/stack.ts';

const PROJECT = path.join(import.meta.dirname, '..', '..');
const folder = await mkdtemp(path.join(tmpdir(), 'package-'));
afterAll(() => rm(folder, { recursive: true }));
const packed = await runScript('package.ts');
const files = unzipSync(await readFile(path.join(PROJECT, 'dist', 'teams-presence-connector.zip')));
for (const [name, content] of Object.entries(files)) {
  await mkdir(path.join(folder, path.dirname(name)), { recursive: true });
  await writeFile(path.join(folder, name), content);
}
const { ask, upload, poll, one, manage, host } = await stack({ folder });

test('the package holds what the platform needs and nothing else, the same bytes each time', async () => {
  expect(packed.code).toBe(0);
  expect(Object.keys(files).sort()).toEqual([
    'dist/board/app.css',
    'dist/board/app.js',
    'dist/board/index.html',
    'dist/index.cjs',
    'host.json',
    'package.json',
  ]);
  expect((await runScript('package.ts')).printed).toBe(packed.printed);
});

test('the package starts in an empty folder and serves', async () => {
  await upload('agentId;email\n1001;anna@contoso.com\n');
  await poll();
  expect((await one('1001')).json).toMatchObject({ status: 200, agentId: '1001' });
  const { version } = JSON.parse(await readFile(path.join(PROJECT, 'package.json'), 'utf8')) as { version: string };
  expect((await fetch(`${host.url}/api/board`)).headers.get('content-type')).toContain('text/html');
  expect((await ask('/api/live', '')).json).toEqual({ status: 200, version });
  expect((await manage('/api/v1/health')).json['version']).toBe(version);
  expect((await manage('/api/v1/doctor')).json['version']).toBe(version);
  expect(host.routes.map(({ name }) => name)).toContain('presence');
});
