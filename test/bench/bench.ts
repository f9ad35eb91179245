/** `npm run bench`: the product beside what it is measured against, in one run on this machine. Ratios count, not times. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { PROJECT, type Stack, startHost, startStack } from '../../local/stack.ts';
import { agentsCsv } from '../../local/tenant/people.ts';
import manifest from '../../package.json' with { type: 'json' };

const PEOPLE = 10_000;
const PULLS = 1_000;
const EVERY_MS = 5;
const LIST_PULLS = 60;
const CYCLES = 5;
const GRAPH_DELAY_MS = 100;
const ECHO = path.join(PROJECT, 'test', 'support', 'echo-app');
const BASE = { people: PEOPLE, seed: 1, speed: 0, port: 0, address: '127.0.0.1', timers: false };

/** Packages of which the product uses a part. */
const ENTRIES: Readonly<Record<string, string>> = {
  'csv-parse': 'csv-parse/sync',
  'csv-stringify': 'csv-stringify/sync',
  'libphonenumber-js': 'libphonenumber-js/min',
};

const rows: { what: string; product: string; beside: string; ratio: string; goal: string }[] = [];
const ms = (value: number) => `${value.toFixed(1)} ms`;

function row(what: string, product: number, beside: number, goal: string): void {
  rows.push({ what, product: ms(product), beside: ms(beside), ratio: (product / beside).toFixed(2), goal });
  console.log(`  ${what}: ${(product / beside).toFixed(2)} (goal ${goal})`);
}

function quantile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

const agent = new http.Agent({ keepAlive: true });

function pull(url: string, headers: Record<string, string>): Promise<{ time: number; etag: string; body: Buffer }> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent, headers }, response => {
      const chunks: Buffer[] = [];
      response.on('data', chunk => chunks.push(chunk));
      response.on('end', () => {
        const etag = response.headers.etag ?? '';
        resolve({ time: performance.now() - started, etag, body: Buffer.concat(chunks) });
      });
    });
    request.on('error', reject);
  });
}

/** Pulls of two kinds in turn, one every few milliseconds: both see the same machine. */
async function compare(
  count: number,
  pause: number,
  one: () => Promise<{ time: number }>,
  other: () => Promise<{ time: number }>,
) {
  const times: [number[], number[]] = [[], []];
  for (let index = 0; index < count; index += 1) {
    times[0].push((await one()).time);
    await setTimeout(pause);
    times[1].push((await other()).time);
    await setTimeout(pause);
  }
  return times.map(list => quantile(list, 0.99)) as [number, number];
}

/** How long each cycle took, as the app itself logged it. */
const cycles: number[] = [];

function listen(text: string): void {
  for (const [, time] of text.matchAll(/poll\.succeeded \{[^}]*"milliseconds":(\d+)/g)) cycles.push(Number(time));
}

async function poll({ host, tenant }: Stack, moved: number): Promise<number> {
  for (const { id } of tenant.state.people.slice(0, moved)) {
    tenant.state.moveTo(id, tenant.state.shown(id).activity === 'Away' ? 'Busy' : 'Away');
  }
  cycles.length = 0;
  const headers = { 'x-functions-key': host.keys.master };
  await fetch(`${host.url}/admin/functions/pollPresence`, { method: 'POST', headers, body: '{}' });
  while (cycles.length === 0) await setTimeout(20);
  return cycles[0] ?? 0;
}

function loadTime(code: string): number {
  const script = `const Module = require('node:module'); const original = Module.prototype.require;
    Module.prototype.require = function (id) { return id === '@azure/functions-core' ? { registerFunction() {}, setProgrammingModel() {} } : original.call(this, id); };
    const started = performance.now(); ${code}; console.log(performance.now() - started);`;
  const times = Array.from({ length: 7 }, () =>
    Number(spawnSync(process.execPath, ['-e', script], { cwd: PROJECT, encoding: 'utf8' }).stdout),
  );
  return quantile(times, 0.5);
}

async function main(): Promise<void> {
  console.log('Module load …');
  const packages = Object.keys(manifest.dependencies).map(name => ENTRIES[name] ?? name);
  row(
    'module load of the bundle',
    loadTime("require('./dist/index.cjs')"),
    loadTime(packages.map(name => `require('${name}')`).join(';')),
    '≤ 0.5',
  );

  console.log(`Starting with ${PEOPLE} agents …`);
  const stack = await startStack({ ...BASE, verbose: true, output: listen });
  const { host, tenant } = stack;
  const headers = { 'x-functions-key': host.keys.management, 'content-type': 'text/csv' };
  await fetch(`${host.url}/api/v1/agents`, { method: 'PUT', headers, body: agentsCsv(tenant.state.people) });

  console.log('Poll cycles …');
  tenant.state.faults = [{ service: 'graph', path: 'getPresences', delayMs: GRAPH_DELAY_MS }];
  await poll(stack, 0);
  const floor = Math.ceil(Math.ceil(PEOPLE / 650) / 4) * GRAPH_DELAY_MS;
  const quiet: number[] = [];
  const busy: number[] = [];
  for (let cycle = 0; cycle < CYCLES; cycle += 1) {
    quiet.push(await poll(stack, 0));
    busy.push(await poll(stack, PEOPLE / 50));
  }
  row('quiet cycle beside Graph alone', quantile(quiet, 0.5), floor, '-');
  row('2 % cycle beside Graph alone', quantile(busy, 0.5), floor, '≤ 1.3, and the writes');
  tenant.state.faults = [];

  console.log('Pulls …');
  const acd = { 'x-functions-key': host.keys.acd };
  const list = `${host.url}/api/v1/presence`;
  const { etag, body } = await pull(list, acd);
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'bench-')), 'bytes');
  writeFileSync(file, body);
  const constant = await startHost({ ...BASE, folder: ECHO, output: () => undefined }, { ECHO_BYTES: file }, '');
  const unchanged = await compare(
    PULLS / 2,
    EVERY_MS,
    () => pull(list, { ...acd, 'if-none-match': etag }),
    () => pull(`${constant.url}/api/v1/unchanged`, {}),
  );
  row('pull, nothing changed (304), p99', unchanged[0], unchanged[1], '≤ 2');
  const full = await compare(
    LIST_PULLS,
    EVERY_MS,
    () => pull(list, acd),
    () => pull(`${constant.url}/api/v1/constant`, {}),
  );
  row(`pull of ${PEOPLE} records, p99`, full[0], full[1], '≤ 4');
  await setTimeout(2_000);
  const idle = await pull(list, { ...acd, 'if-none-match': etag });
  const idleConstant = await pull(`${constant.url}/api/v1/unchanged`, {});
  row('first pull after idle', idle.time, idleConstant.time, '-');

  await Promise.all([stack.close(), constant.close()]);
  console.log('');
  console.table(rows);
}

await main();
process.exit(0);
