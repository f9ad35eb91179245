import { globSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { createCertificate, type TlsFiles } from './local/tenant/createCertificate.ts';
import { TLS_HOSTS, VAULT_HOST } from './local/tenant/tenant.ts';

// Node reads the authorities it trusts when a process starts: the certificate must exist before the workers do.
// The file is read once for each project, so the first reading leaves the certificate for the others.
const folder = path.join(import.meta.dirname, '.local', 'test');
process.env['TEST_TLS'] ??= JSON.stringify(await createCertificate(TLS_HOSTS));
const tls = JSON.parse(process.env['TEST_TLS']) as TlsFiles;
mkdirSync(folder, { recursive: true });
writeFileSync(path.join(folder, 'ca.pem'), tls.ca);
process.env['NODE_EXTRA_CA_CERTS'] = path.join(folder, 'ca.pem');
process.env['LOCAL_LOOPBACK_HOSTS'] = `${VAULT_HOST},localhost`;
// The simulated services are on this machine, whatever proxy it is behind.
for (const name of Object.keys(process.env)) if (/^(https?|all)_proxy$/i.test(name)) delete process.env[name];
// Workers and hosts are started a hundred times and load the same packages.
process.env['NODE_COMPILE_CACHE'] ??= path.join(folder, 'compiled');

const project = (name: string, options: Record<string, unknown> = {}) => ({
  extends: true as const,
  test: { name, include: [`test/${name}/**/*.test.ts`], ...options },
});
/** A floor for each file by itself: what is well covered must not hide what is not. */
const eachFile = (pattern: string, floor: { lines: number }) =>
  Object.fromEntries(globSync(pattern, { cwd: import.meta.dirname }).map(file => [file, floor]));

export default defineConfig({
  test: {
    pool: 'forks',
    // Node loads the sources as it loads those of the commands; nothing is transformed for each worker.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    // The end-to-end tests wait for something half of their time: with two workers two cores stand idle.
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ['default', ['json', { outputFile: path.join(folder, 'report.json') }]],
    projects: [
      // What one file loads serves the others: most of the time went into loading the same packages again.
      project('unit', {
        isolate: false,
        // They reckon without waiting: more workers than cores only load more. Another number needs a turn of its own.
        maxWorkers: 2,
        sequence: { groupOrder: 1 },
        include: ['test/{unit,faults}/**/*.test.ts'],
      }),
      // In one turn: while some wait for something others reckon, and what a worker has loaded serves all of them.
      project('services', {
        isolate: false,
        include: ['test/{contract,integration,e2e}/**/*.test.ts'],
        globalSetup: ['test/support/services.ts'],
        setupFiles: ['local/loopback.ts'],
        provide: { tls },
      }),
      project('scale'),
      // What a row says of recovery must not depend on how busy the machine is.
      project('matrix', { maxWorkers: 4, maxConcurrency: 12 }),
      project('infra'),
      project('browser', { isolate: false }),
    ],
    coverage: {
      provider: 'v8',
      include: ['functions/**/*.ts', 'shared/**/*.ts'],
      reporter: ['text-summary', 'json-summary'],
      reportsDirectory: path.join(folder, 'coverage'),
      thresholds: { lines: 90, ...eachFile('shared/http/**/*.ts', { lines: 80 }) },
    },
  },
});
