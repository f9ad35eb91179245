import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Table from 'cli-table3';
import type { CellName } from './cells.ts';

const OUT = path.join(import.meta.dirname, '..', '..', '.local', 'bench.json');

/** What a cell measured. */
interface Measure {
  readonly what: string;
  readonly product: number;
  readonly unit: 'ms' | 's' | 'MB' | 'requests' | 'bytes';
  /** What it is held against, measured in the same run. */
  readonly beside?: number;
  readonly yardstick?: string;
  /** The most it may be: as a ratio to the yardstick where there is one. */
  readonly goal?: number;
}

export interface Row extends Measure {
  readonly cell: CellName;
}

export type Report = (measure: Measure) => void;

const NUMBER = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const shown = (value: number, unit: string) => `${NUMBER.format(value)} ${unit}`;
const measured = ({ product, beside }: Measure) => (beside === undefined ? product : product / beside);

function verdict(row: Measure): string {
  if (row.goal === undefined) return '';
  return measured(row) <= row.goal ? 'met' : 'missed';
}

/** A row as it is shown: what, the product, what it is beside, the ratio, the goal, and whether it is met. */
export function rowCells(row: Measure): string[] {
  const { what, product, unit, beside, yardstick = '', goal } = row;
  const ratio = beside === undefined ? '' : (product / beside).toFixed(2);
  const most = goal === undefined ? '' : beside === undefined ? shown(goal, unit) : goal.toFixed(2);
  const other = beside === undefined ? '' : `${shown(beside, unit)} ${yardstick}`;
  return [what, shown(product, unit), other, ratio, most, verdict(row)];
}

/** Collects rows, says each as it comes, and shows them all at the end. */
export function reporter() {
  const rows: Row[] = [];
  const report = (row: Row) => {
    rows.push(row);
    mkdirSync(path.dirname(OUT), { recursive: true });
    writeFileSync(OUT, JSON.stringify(rows, null, 2));
    const [what, product, beside, ratio, , met] = rowCells(row);
    console.log(`    ${what}: ${product}${beside && ` beside ${beside}, ratio ${ratio}`}${met && `, ${met}`}`);
  };
  return {
    report,
    finish(): readonly Row[] {
      const table = new Table({ head: ['what', 'product', 'beside', 'ratio', 'at most', ''], style: { head: [] } });
      table.push(...rows.map(rowCells));
      console.log(`\n${table}\n\nAlso as JSON: .local/bench.json`);
      return rows;
    },
  };
}
