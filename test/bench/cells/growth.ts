import { bench, firstAnswer, peakMemoryMb, pull, quantile } from '../measure.ts';
import type { Report } from '../report.ts';

const GRAPH_DELAY_MS = 150;
const CYCLES = 5;
const PULLS = 100;
/** Lists of so many people are tens of megabytes. */
const MANY = 20_000;
const PULLS_OF_MANY = 5;

/** How costs grow with people. */
export async function growth(report: Report): Promise<void> {
  for (const people of [100, 1_000, 10_000, 100_000]) {
    const stack = await bench(people, { settings: { FRESH_WITHIN_SECONDS: '0' } });
    stack.delayGraph(GRAPH_DELAY_MS);
    const polls: number[] = [];
    for (let cycle = 0; cycle < 2 * CYCLES; cycle += 1) {
      stack.move(people / 50);
      polls.push(await stack.poll());
    }
    // The first ones compile what they do.
    const median = quantile(polls.slice(CYCLES), 0.5);
    report({ what: `poll, ${people} people, 2 % changed, Graph at ${GRAPH_DELAY_MS} ms`, product: median, unit: 'ms' });
    await firstAnswer(stack, stack.host.url);
    const timesOf = async (query: string, count: number) => {
      const times: number[] = [];
      for (let asked = 0; asked < count; asked += 1)
        times.push((await pull(`${stack.presence}${query}`, stack.acd)).time);
      return quantile(times, 0.5);
    };
    report({ what: '  one agent, median', product: await timesOf('?key=1001', PULLS), unit: 'ms' });
    report({
      what: '  the list, median',
      product: await timesOf('', people > MANY ? PULLS_OF_MANY : PULLS),
      unit: 'ms',
    });
    report({ what: '  most memory', product: peakMemoryMb(stack.host), unit: 'MB' });
    await stack.close();
  }
}
