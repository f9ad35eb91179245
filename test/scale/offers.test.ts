import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { acdConnector } from '../support/acd.ts';
import { agent, guid, presence } from '../support/builders.ts';
import { randomOf } from '../support/virtualTime.ts';

const TEAM = Array.from({ length: 20 }, (_, index) => index + 1);
/** Calls of four minutes, with six minutes between them. */
const CALL_S = 240;
const PAUSE_S = 360;
const HOURS = 3;
const TASK_S = 60;
const POLL_S = 10;

/**
 * Hours in which the ACD wants to know of somebody every few seconds: by asking for that person (way A), and by what the
 * last task of the minute found (way B). Percent of the offers that went to somebody who had become busy meanwhile.
 */
async function wrongOffers(freshWithinMs: number): Promise<{ readonly a: number; readonly b: number }> {
  const here = acdConnector(new Set(), freshWithinMs);
  await here.map(TEAM.map(index => agent(index)));
  const random = randomOf(1);
  const busy = new Set<number>();
  const task = new Map<number, boolean>();
  const [a, b] = [
    { offers: 0, wrong: 0 },
    { offers: 0, wrong: 0 },
  ];
  const note = (way: typeof a, index: number) => {
    way.offers += 1;
    if (busy.has(index)) way.wrong += 1;
  };
  await here.timer();
  for (let second = 0; second < HOURS * 3_600; second += 1) {
    // Neither the poll nor the task nor a question falls on the moment in which somebody moves.
    here.time.advance(1_000);
    // A poll that nobody waits for ends within its second.
    await new Promise(setImmediate);
    if (second % POLL_S === 0) await here.timer();
    for (const index of TEAM) {
      if (!random.oneIn(busy.has(index) ? CALL_S : PAUSE_S)) continue;
      if (!busy.delete(index)) busy.add(index);
      here.teams.shown.set(guid(index), busy.has(index) ? presence('Busy', 'InACall') : presence('Available'));
    }
    if (second % TASK_S === 17)
      for (const index of TEAM) task.set(index, (await here.ask(`?key=${1000 + index}`))['reachable'] === '1');
    if (random.oneIn(5)) {
      const index = random.pick(TEAM);
      if (task.get(index)) note(b, index);
      if ((await here.ask(`?key=${1000 + index}`))['reachable'] === '1') note(a, index);
    }
  }
  const percent = ({ offers, wrong }: typeof a) => Math.round((wrong / offers) * 1_000) / 10;
  return { a: percent(a), b: percent(b) };
}

test('how many offers meet somebody who has become busy, as the pages of the ACD say it', async () => {
  const [fresh, timerAlone] = [await wrongOffers(2_000), await wrongOffers(0)];
  const measured = { A: [fresh.a, timerAlone.a], B: [fresh.b, timerAlone.b] };
  for (const [page, a, b] of [
    ['docs/jtel.md', 'A, a question per call', 'B, a task every minute'],
    ['docs/de/jtel.md', 'A, eine Frage je Anruf', 'B, eine Aufgabe je Minute'],
  ] as const)
    expect({ A: amounts(page, a), B: amounts(page, b) }, page).toEqual(measured);
  const told = /before Microsoft's own delay, ([\d.]+) of 100.*, ([\d.]+) where.*without .* ([\d.]+) and ([\d.]+) \(/;
  const [, ...numbers] = told.exec(readFileSync(new URL('../../README.md', import.meta.url), 'utf8')) ?? [];
  const inOrder = [0, 1].flatMap(column => [measured.A[column], measured.B[column]]);
  expect(numbers.map(Number), 'README.md').toEqual(inOrder);
});

/** The numbers in the row of a page's table that begins so. */
function amounts(page: string, row: string): number[] {
  const text = readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8');
  const line = text.split('\n').find(candidate => candidate.startsWith(`| ${row} |`)) ?? '';
  return line
    .split('|')
    .slice(2, -1)
    .map(cell => Number(cell.trim().replace(',', '.')));
}
