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
for (const [name, cell] of Object.entries(CELLS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`${name} …`);
  await cell(report);
}
finish();
process.exit(0);
