import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { bundledPackages } from '../../local/build/licences.ts';
import { runScript } from '../support/script.ts';
import { stack } from '../support/stack.ts';
import { unpackedPackage } from '../support/unpackedPackage.ts';

const PROJECT = path.join(import.meta.dirname, '..', '..');
const { folder, names, packed } = await unpackedPackage();
afterAll(() => rm(folder, { recursive: true }));
const { ask, upload, poll, one, manage, host } = await stack({ folder });

test('the package holds what the platform needs and nothing else, the same bytes each time', async () => {
  expect(packed.code).toBe(0);
  expect([...names].sort()).toEqual([
    'LICENSE',
    'THIRD-PARTY-LICENCES.txt',
    'dist/board/app.css',
    'dist/board/app.js',
    'dist/board/index.html',
    'dist/index.cjs',
    'host.json',
    'package.json',
  ]);
  expect((await runScript('package.ts')).printed).toBe(packed.printed);
});

test.each(['index', 'board', 'doctor'])(
  'what is bundled into %s is a dependency, so bill and audit know it',
  async name => {
    const read = async (file: string) => JSON.parse(await readFile(path.join(PROJECT, file), 'utf8'));
    const { packages } = (await read('package-lock.json')) as { packages: Record<string, { dev?: boolean }> };
    const bundled = await bundledPackages([name]);
    expect(bundled.length).toBeGreaterThan(0);
    expect(bundled.filter(folder => packages[folder]?.dev !== undefined || !(folder in packages))).toEqual([]);
  },
);

test('the licences of what is bundled go along', async () => {
  const text = await readFile(path.join(folder, 'THIRD-PARTY-LICENCES.txt'), 'utf8');
  for (const name of ['axios', 'zod', 'preact', '@azure/msal-node'])
    expect(text).toMatch(new RegExp(`^${name} [0-9.]+ \\(`, 'm'));
  expect(text).toContain('Permission is hereby granted');
  expect(text).not.toContain('no licence named');
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
