/** `npm run bench`: the product beside what it is measured against, in one run on this machine. Ratios count, not times. */
import { board } from './cells/board.ts';
import { coldStart } from './cells/coldStart.ts';
import { cycles } from './cells/cycles.ts';
import { freshness } from './cells/freshness.ts';
import { memory } from './cells/memory.ts';
import { otherWays } from './cells/otherWays.ts';
import { outages } from './cells/outages.ts';
import { pulls } from './cells/pulls.ts';
import { reporter } from './report.ts';

const CELLS = { coldStart, pulls, cycles, otherWays, freshness, outages, memory, board };

const wanted = process.argv.slice(2);
const unknown = wanted.filter(name => !Object.hasOwn(CELLS, name));
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}. Choose from: ${Object.keys(CELLS).join(', ')}.`);
  process.exit(1);
}
const { report, finish } = reporter();
const failed: string[] = [];
for (const [name, cell] of Object.entries(CELLS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`${name} …`);
  try {
    await cell(report);
  } catch (error) {
    // What the other cells measure is not lost with one that this machine is too slow for.
    failed.push(name);
    console.error(`    ${name} ended: ${(error as Error).message}`);
  }
}
finish();
if (failed.length > 0) console.error(`Not measured to the end: ${failed.join(', ')}.`);
process.exit(failed.length > 0 ? 1 : 0);
