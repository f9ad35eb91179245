import { bench, quantile } from '../measure.ts';
import type { Report } from '../report.ts';

const GRAPH_DELAY_MS = 100;
const CYCLES = 5;
const MANY = 30_000;
const INTERVAL_MS = 10_000;

/** Polls of the timer, by how many people moved since the last one. */
export async function cycles(report: Report): Promise<void> {
  const people = 10_000;
  const stack = await bench(people);
  stack.delayGraph(GRAPH_DELAY_MS);
  await stack.poll();
  // Sixteen requests of 650 people, eight at once.
  const floor = Math.ceil(Math.ceil(people / 650) / 8) * GRAPH_DELAY_MS;
  for (const share of [0, 0.02, 1]) {
    const times: number[] = [];
    for (let cycle = 0; cycle < CYCLES; cycle += 1) {
      stack.move(people * share);
      times.push(await stack.poll());
    }
    report({
      what: `poll, ${people} people, ${share * 100} % changed`,
      product: quantile(times, 0.5),
      unit: 'ms',
      beside: floor,
      yardstick: 'the requests to Graph alone',
    });
  }
  const requests = stack.tenant.state.counted('graph.presences');
  await stack.poll();
  report({
    what: `requests to Graph a poll, ${people} people`,
    product: stack.tenant.state.counted('graph.presences') - requests,
    unit: 'requests',
    goal: Math.ceil(people / 650),
  });
  await stack.close();

  const large = await bench(MANY, { settings: { FRESH_WITHIN_SECONDS: '0' } });
  for (const share of [0, 0.02]) {
    large.move(MANY * share);
    report({
      what: `poll, ${MANY} people, ${share * 100} % changed`,
      product: await large.poll(),
      unit: 'ms',
      goal: INTERVAL_MS,
    });
  }
  await large.close();
}
