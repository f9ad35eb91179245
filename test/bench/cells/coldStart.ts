import { spawnSync } from 'node:child_process';
import { PROJECT } from '../../../local/stack.ts';
import manifest from '../../../package.json' with { type: 'json' };
import { quantile } from '../measure.ts';
import type { Report } from '../report.ts';

const RUNS = 7;
/** Packages of which the product uses a part. */
const ENTRIES: Readonly<Record<string, string>> = {
  'csv-parse': 'csv-parse/sync',
  'csv-stringify': 'csv-stringify/sync',
  'libphonenumber-js': 'libphonenumber-js/min',
};

/** Milliseconds until the code is loaded, in a process of its own each time. */
function loadTime(code: string): number {
  const script = `const Module = require('node:module'); const original = Module.prototype.require;
    Module.prototype.require = function (id) { return id === '@azure/functions-core' ? { registerFunction() {}, setProgrammingModel() {} } : original.call(this, id); };
    const started = performance.now(); ${code}; console.log(performance.now() - started);`;
  const times = Array.from({ length: RUNS }, () =>
    Number(spawnSync(process.execPath, ['-e', script], { cwd: PROJECT, encoding: 'utf8' }).stdout),
  );
  return quantile(times, 0.5);
}

/** How long a new process takes to load the product. */
export function coldStart(report: Report): void {
  const packages = Object.keys(manifest.dependencies).map(name => ENTRIES[name] ?? name);
  report({
    what: 'load of the bundle',
    product: loadTime("require('./dist/index.cjs')"),
    unit: 'ms',
    beside: loadTime(packages.map(name => `require('${name}')`).join(';')),
    yardstick: 'the packages unbundled',
    goal: 0.5,
  });
}
