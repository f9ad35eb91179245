import { setTimeout } from 'node:timers/promises';
import { type Bench, bench, firstAnswer, pull, quantile } from '../measure.ts';
import type { Report } from '../report.ts';

const GRAPH_DELAY_MS = 150;
/** Graph as far away as from another continent. */
const FAR_GRAPH_DELAY_MS = 500;
const FAR_PEOPLE = 5_000;
const EVERY_MS = 250;
const WATCHED_MS = 10_000;
const MOVE_EVERY_MS = 400;
/** Long enough for the data to be old when somebody asks again. */
const IDLE_MS = 3_000;
const ASKS = 5;
const GOAL_S = 2;
const RENEWAL_GOAL_MS = 800;

/** Moves people one after the other, and says when each moved. */
async function moving(stack: Bench, until: number, moved: Map<string, number>): Promise<void> {
  const { state } = stack.tenant;
  for (let index = 0; performance.now() < until; index += 1) {
    const { id = '', agentId = '' } = state.people[index % state.people.length] ?? {};
    state.moveTo(id, 'InACall');
    moved.set(agentId, performance.now());
    await setTimeout(MOVE_EVERY_MS);
  }
}

/** Asks for whoever moved last until the answer says so; seconds from the move to that answer. */
async function watch(
  stack: Bench,
  urls: readonly string[],
  moved: ReadonlyMap<string, number>,
  until: number,
  number: number,
) {
  const delays: number[] = [];
  const url = urls[number % urls.length] ?? '';
  await setTimeout((EVERY_MS * number) / 64);
  while (performance.now() < until) {
    const [agentId = '', at = 0] = [...moved].at(-1) ?? [];
    while (agentId !== '') {
      const { body } = await pull(`${url}/api/v1/presence?key=${agentId}`, stack.acd);
      if (JSON.parse(body.toString())['rule'] === 'in-a-call') break;
      await setTimeout(EVERY_MS);
    }
    if (agentId !== '') delays.push((performance.now() - at) / 1_000);
    await setTimeout(EVERY_MS);
  }
  return delays;
}

/** Waits until an instance has read what is published: some answers in a row come at once. */
async function settled(stack: Bench, url: string): Promise<void> {
  for (let quick = 0; quick < 4; ) {
    await setTimeout(EVERY_MS);
    const { time } = await pull(`${url}/api/v1/presence?key=1001`, stack.acd);
    quick = time < EVERY_MS ? quick + 1 : 0;
  }
}

interface Asking {
  readonly people: number;
  readonly clients: number;
  readonly urls: readonly string[];
  readonly graphDelayMs: number;
}

async function askedSteadily(stack: Bench, { people, clients, urls, graphDelayMs }: Asking, report: Report) {
  stack.delayGraph(graphDelayMs);
  const moved = new Map<string, number>();
  for (const { id } of stack.tenant.state.people) stack.tenant.state.moveTo(id, 'Available');
  await stack.poll();
  // That everybody changed at once, just now, is not what is measured: each instance reads it first.
  for (const url of urls) await settled(stack, url);
  const calls = stack.tenant.state.counted('graph.presences');
  const from = performance.now();
  const until = from + WATCHED_MS;
  const watching = Array.from({ length: clients }, (_, number) => watch(stack, urls, moved, until, number));
  await moving(stack, until, moved);
  const delays = (await Promise.all(watching)).flat();
  const instances = urls.length > 1 ? ` over ${urls.length} instances` : '';
  report({
    what: `change in Teams to answer, ${people} people, ${clients} asking every ${EVERY_MS} ms${instances}, Graph at ${graphDelayMs} ms, p99`,
    product: quantile(delays, 0.99),
    unit: 's',
    ...(graphDelayMs === GRAPH_DELAY_MS && { goal: GOAL_S }),
  });
  report({ what: '  and half of them within', product: quantile(delays, 0.5), unit: 's' });
  const perHalfMinute = ((stack.tenant.state.counted('graph.presences') - calls) * 30_000) / (performance.now() - from);
  report({ what: '  and requests to Graph in 30 s', product: perHalfMinute, unit: 'requests', goal: 750 });
}

/** The same after a pause: what Teams said just before the question is in the answer, for a wait. */
async function askedSeldom(stack: Bench, people: number, report: Report): Promise<void> {
  const ages: number[] = [];
  const waits: number[] = [];
  for (let ask = 0; ask < ASKS; ask += 1) {
    await setTimeout(IDLE_MS);
    const { time, body } = await pull(`${stack.presence}?key=1001`, stack.acd);
    waits.push(time);
    ages.push((Date.now() - Date.parse(JSON.parse(body.toString())['checkedAt'])) / 1_000);
  }
  report({
    what: `age of the answer after a pause, ${people} people, p99`,
    product: quantile(ages, 0.99),
    unit: 's',
    goal: GOAL_S,
  });
  report({ what: '  and how long it took', product: quantile(waits, 0.99), unit: 'ms', goal: RENEWAL_GOAL_MS });
}

/** From a change in Teams to the answer that says so, with Graph as far away as it is. */
export async function freshness(report: Report): Promise<void> {
  for (const people of [650, 5_000, 16_000]) {
    const stack = await bench(people);
    const near = { people, clients: 1, urls: [stack.host.url], graphDelayMs: GRAPH_DELAY_MS };
    await askedSteadily(stack, near, report);
    await askedSeldom(stack, people, report);
    const others = await Promise.all([stack.startInstance(), stack.startInstance()]);
    const firstAnswers = await Promise.all(others.map(({ url }) => firstAnswer(stack, url)));
    report({
      what: `first answer with the state by a new instance, ${people} people, the slower of two`,
      product: Math.max(...firstAnswers),
      unit: 'ms',
    });
    const urls = [stack.host.url, ...others.map(({ url }) => url)];
    await askedSteadily(stack, { ...near, clients: 64, urls }, report);
    if (people === FAR_PEOPLE) await askedSteadily(stack, { ...near, graphDelayMs: FAR_GRAPH_DELAY_MS }, report);
    await stack.close();
  }
}
