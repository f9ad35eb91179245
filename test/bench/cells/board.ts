import { setTimeout } from 'node:timers/promises';
import type { CDPSession } from 'playwright-core';
import { browserPath, startBrowser } from '../../../local/browser.ts';
import { bench } from '../measure.ts';
import type { Report } from '../report.ts';

const PEOPLE = 5_000;
const CHANGED = PEOPLE / 50;
const INTERVAL_MS = 2_000;
/** An hour of the page's clock. */
const INTERVALS = 1_800;
/** People move in one interval of so many. */
const QUIET_INTERVALS = 20;

async function metric(session: CDPSession, name: string): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(found => found.name === name)?.value ?? 0;
}

async function heapMb(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  return (await metric(session, 'JSHeapUsedSize')) / 1024 ** 2;
}

/** Runs in the page: milliseconds from the list's arrival to the frame that shows everybody. */
const FIRST_PAINT = `new Promise(resolve => {
  const look = () => {
    const list = performance.getEntriesByType('resource').find(({ name }) => name.includes('v1/presence'));
    if (list === undefined || document.querySelectorAll('.card').length < ${PEOPLE}) requestAnimationFrame(look);
    else requestAnimationFrame(at => resolve(at - list.responseEnd));
  };
  look();
})`;

/** The page with very many people in a real browser. */
export async function board(report: Report): Promise<void> {
  const path = browserPath();
  if (path === undefined) return console.log('    There is no browser here: the board was left out.');
  const stack = await bench(PEOPLE);
  const browser = await startBrowser(path);
  const page = await browser.newPage();
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  await page.goto(`${stack.host.url}/api/board`);
  await page.fill('input[type=password]', stack.host.keys.acd);
  const painted = page.evaluate<number>(FIRST_PAINT);
  await page.click('form button');
  report({
    what: `board, ${PEOPLE} people: from the data to the first picture`,
    product: await painted,
    unit: 'ms',
    goal: 1_000,
  });

  const updates: number[] = [];
  for (let update = 0; update < 5; update += 1) {
    stack.move(CHANGED);
    await stack.poll();
    const before = await metric(session, 'TaskDuration');
    await page.waitForResponse(response => response.url().includes('v1/presence') && response.status() === 200);
    await setTimeout(500);
    updates.push(((await metric(session, 'TaskDuration')) - before) * 1_000);
  }
  const [, , median = 0] = updates.sort((a, b) => a - b);
  report({ what: '  main thread for an update of 2 %', product: median, unit: 'ms', goal: 100 });

  await page.clock.install();
  await page.reload();
  await page
    .locator('.card')
    .nth(PEOPLE - 1)
    .waitFor({ state: 'attached' });
  const heap = await heapMb(session);
  for (let interval = 0; interval < INTERVALS; interval += 1) {
    if (interval % QUIET_INTERVALS === 0) {
      stack.move(CHANGED);
      await stack.poll();
    }
    const answered = page.waitForResponse(response => response.url().includes('v1/presence'));
    await page.clock.runFor(INTERVAL_MS);
    await answered;
  }
  report({
    what: '  memory after an hour in fast motion, beside before',
    product: await heapMb(session),
    unit: 'MB',
    beside: heap,
    yardstick: 'before',
    goal: 1.1,
  });
  await browser.close();
  await stack.close();
}
