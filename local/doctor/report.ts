import { styleText } from 'node:util';
import type { Step, StepStatus } from '../../shared/usecases/doctor/steps.ts';

const MARKS = {
  ok: ['green', '✔', 'ok'],
  warning: ['yellow', '!', 'warning'],
  failed: ['red', '✘', 'failed'],
  skipped: ['gray', '-', 'skipped'],
} as const satisfies Record<StepStatus, readonly [string, string, string]>;

/** A step, and under it what to do next. */
export function printStep({ status, title, seen, todo, guide }: Step): void {
  const [colour, mark, word] = MARKS[status];
  console.log(`${styleText(colour, `${mark} ${word.padEnd(7)}`)} ${title}: ${seen}`);
  const section = guide === '' ? '' : ` (guide: ${guide})`;
  if (todo !== '') console.log(`            ${styleText('bold', 'next')} ${todo}${section}`);
}

/** What the administrator of the ACD has to be told. */
export function printAcdSetup(block: Readonly<Record<string, string>>): void {
  console.log(`\n${styleText('bold', 'For the administrator of the ACD')}`);
  for (const [name, value] of Object.entries(block)) console.log(`  ${name.padEnd(10)} ${value}`);
}

/** The last line, and the code to end with. */
export function conclude(state: 'ok' | 'warning' | 'failed'): number {
  const words = {
    ok: 'Everything is well.',
    warning: 'It works; see the warnings.',
    failed: 'Not everything works: do what stands behind "next".',
  };
  console.log(`\n${styleText(MARKS[state][0], words[state])}`);
  return state === 'failed' ? 1 : 0;
}
