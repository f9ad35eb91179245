import { spawnSync } from 'node:child_process';
import { PROJECT } from '../../../local/stack.ts';
import manifest from '../../../package.json' with { type: 'json' };
import { quantile } from '../measure.ts';
import type { Report } from '../report.ts';

/** In turn, so that a machine that gets slower meanwhile slows both. */
const RUNS = 15;
/** Packages of which the product uses a part. */
const ENTRIES: Readonly<Record<string, string>> = {
  'csv-parse': 'csv-parse/sync',
  'csv-stringify': 'csv-stringify/sync',
  'libphonenumber-js': 'libphonenumber-js/min',
};

/** What the board and the commands use. */
const ELSEWHERE = new Set(['preact', '@inquirer/input', '@inquirer/password']);

/** Milliseconds until the code is loaded, in a process of its own. */
function loadTime(code: string): number {
  const script = `const Module = require('node:module'); const original = Module.prototype.require;
    Module.prototype.require = function (id) { return id === '@azure/functions-core' ? { registerFunction() {}, setProgrammingModel() {} } : original.call(this, id); };
    const started = performance.now(); ${code}; console.log(performance.now() - started);`;
  return Number(spawnSync(process.execPath, ['-e', script], { cwd: PROJECT, encoding: 'utf8' }).stdout);
}

/** How long a new process takes to load the product. */
export function coldStart(report: Report): void {
  const packages = Object.keys(manifest.dependencies)
    .filter(name => !ELSEWHERE.has(name))
    .map(name => ENTRIES[name] ?? name);
  const [product, beside] = ["require('./dist/index.cjs')", packages.map(name => `require('${name}')`).join(';')];
  const times = Array.from({ length: RUNS }, () => [loadTime(product), loadTime(beside)] as const);
  const median = (which: 0 | 1) =>
    quantile(
      times.map(pair => pair[which]),
      0.5,
    );
  report({
    what: 'load of the bundle',
    product: median(0),
    unit: 'ms',
    beside: median(1),
    yardstick: 'the packages unbundled',
    goal: 0.5,
  });
}
