import { board } from './cells/board.ts';
import { coldStart } from './cells/coldStart.ts';
import { cycles } from './cells/cycles.ts';
import { freshness } from './cells/freshness.ts';
import { growth } from './cells/growth.ts';
import { load } from './cells/load.ts';
import { memory } from './cells/memory.ts';
import { otherWays } from './cells/otherWays.ts';
import { outages } from './cells/outages.ts';
import { pulls } from './cells/pulls.ts';
import { rowsEach } from './cells/rowsEach.ts';
import { traffic } from './cells/traffic.ts';

/** What can be measured, in the order in which it is. */
export const CELLS = {
  freshness,
  outages,
  pulls,
  load,
  cycles,
  traffic,
  growth,
  otherWays,
  rowsEach,
  memory,
  coldStart,
  board,
};
export type CellName = keyof typeof CELLS;
