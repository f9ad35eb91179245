import { setTimeout } from 'node:timers/promises';
import { type Bench, bench, pull, quantile } from '../measure.ts';
import type { Report } from '../report.ts';

const PEOPLE = 5_000;
const EVERY_MS = 100;
const STORM_MS = 10_000;
const RETRY_AFTER_S = 5;

/** Pulls until a moment has come, or until an answer is as wanted; how long each took, milliseconds. */
async function pullUntil(stack: Bench, end: number, wanted?: (answer: Record<string, unknown>) => boolean) {
  const times: number[] = [];
  while (performance.now() < end) {
    const { time, body } = await pull(`${stack.presence}?key=1001`, stack.acd);
    times.push(time);
    if (wanted?.(JSON.parse(body.toString()))) break;
    await setTimeout(EVERY_MS);
  }
  return times;
}

/** What those who ask notice when Graph throttles or is dead. */
export async function outages(report: Report): Promise<void> {
  const stack = await bench(PEOPLE);
  const { state } = stack.tenant;
  await pullUntil(stack, performance.now() + 2_000);

  const headers = { 'retry-after': String(RETRY_AFTER_S) };
  state.faults = [{ service: 'graph', path: 'getPresences', status: 429, headers }];
  const storm = await pullUntil(stack, performance.now() + STORM_MS);
  report({ what: 'slowest pull while Graph answers 429', product: Math.max(...storm), unit: 'ms', goal: 800 });
  const { id = '' } = state.people.find(({ agentId }) => agentId === '1001') ?? {};
  state.faults = [];
  state.moveTo(id, 'Presenting');
  const ended = performance.now();
  await pullUntil(stack, ended + 60_000, ({ teamsActivity }) => teamsActivity === 'Presenting');
  report({
    what: `fresh again after 429 with Retry-After ${RETRY_AFTER_S}`,
    product: (performance.now() - ended) / 1_000,
    unit: 's',
    goal: 5,
  });

  const before = await pullUntil(stack, performance.now() + 3_000);
  state.faults = [{ service: 'graph', path: 'getPresences', delayMs: 600_000 }];
  const first = await pullUntil(stack, performance.now() + 4_000);
  report({ what: 'slowest pull when Graph stops answering', product: Math.max(...first), unit: 'ms', goal: 900 });
  const later = await pullUntil(stack, performance.now() + 5_000);
  report({
    what: 'pulls after that, p99',
    product: quantile(later, 0.99),
    unit: 'ms',
    beside: quantile(before, 0.99),
    yardstick: 'before',
  });
  await stack.close();
}
