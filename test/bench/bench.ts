/**
 * `npm run bench`: the product beside what it is measured against, in one run on this machine. Ratios count, not times.
 * Names of cells run these alone; `--page` writes docs/performance.md from a complete run.
 */
import { parseArgs } from 'node:util';
import { CELLS, type CellName } from './cells.ts';
import { writePage } from './page.ts';
import { reporter } from './report.ts';

const { values, positionals: wanted } = parseArgs({ allowPositionals: true, options: { page: { type: 'boolean' } } });
const unknown = wanted.filter(name => !Object.hasOwn(CELLS, name));
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}. Choose from: ${Object.keys(CELLS).join(', ')}.`);
  process.exit(1);
}
const { report, finish } = reporter();
const failed: string[] = [];
const started = performance.now();
for (const [name, cell] of Object.entries(CELLS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`${name} …`);
  try {
    await cell(row => report({ cell: name as CellName, ...row }));
  } catch (error) {
    // What the other cells measure is not lost with one that this machine is too slow for.
    failed.push(name);
    console.error(`    ${name} ended: ${(error as Error).message}`);
  }
}
const rows = finish();
console.log(`Measured in ${Math.round((performance.now() - started) / 60_000)} minutes.`);
if (failed.length > 0) console.error(`Not measured to the end: ${failed.join(', ')}.`);
else if (values.page) writePage(rows);
process.exit(failed.length > 0 ? 1 : 0);
