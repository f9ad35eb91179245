import { styleText } from 'node:util';
import type { Step, StepStatus } from '../../../shared/usecases/doctor/steps.ts';
import type { Terminal } from '../../command.ts';

type Print = Terminal['print'];

const MARKS = {
  ok: ['green', '✔', 'ok'],
  warning: ['yellow', '!', 'warning'],
  failed: ['red', '✘', 'failed'],
  skipped: ['gray', '-', 'skipped'],
} as const satisfies Record<StepStatus, readonly [string, string, string]>;

/** A step, and under it what to do next. */
export function printStep({ status, title, seen, todo, guide }: Step, print: Print): void {
  const [colour, mark, word] = MARKS[status];
  print(`${styleText(colour, `${mark} ${word.padEnd(7)}`)} ${title}: ${seen}`);
  const section = guide === '' ? '' : ` (guide: ${guide})`;
  if (todo !== '') print(`            ${styleText('bold', 'next')} ${todo}${section}`);
}

/** What the administrator of the ACD has to be told. */
export function printAcdSetup(block: Readonly<Record<string, string>>, print: Print): void {
  print(`\n${styleText('bold', 'For the administrator of the ACD')}`);
  for (const [name, value] of Object.entries(block)) print(`  ${name.padEnd(10)} ${value}`);
}

/** The last line, and the code to end with. */
export function conclude(state: 'ok' | 'warning' | 'failed', print: Print): number {
  const words = {
    ok: 'Everything is well.',
    warning: 'It works; see the warnings.',
    failed: 'Not everything works: do what stands behind "next".',
  };
  print(`\n${styleText(MARKS[state][0], words[state])}`);
  return state === 'failed' ? 1 : 0;
}
