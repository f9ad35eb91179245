import { promisify } from 'node:util';
import autocannon, { type Options, type Result } from 'autocannon';
import { PROJECT, startHost } from '../../../local/stack.ts';
import { BASE, bench, firstAnswer, pull } from '../measure.ts';
import type { Report } from '../report.ts';

const PULLS_A_SECOND = 200;
const SECONDS = 10;
const GRAPH_DELAY_MS = 150;
const CONNECTIONS = 64;

const run = promisify(autocannon as (options: Options, done: (error: Error | null, result: Result) => void) => void);

function steadily(url: string, headers: Record<string, string>): Promise<Result> {
  return run({ url, headers, connections: CONNECTIONS, overallRate: PULLS_A_SECOND, duration: SECONDS });
}

/** Very many who ask, and data that is renewed for them. */
export async function load(report: Report): Promise<void> {
  const constant = await startHost(
    { ...BASE, people: 0, folder: `${PROJECT}/test/support/echo-app`, output: () => undefined },
    { ECHO_BYTES: import.meta.filename },
    '',
  );
  const { latency } = await steadily(`${constant.url}/api/v1/unchanged`, {});
  await constant.close();
  for (const people of [650, 16_000, 50_000]) {
    const stack = await bench(people);
    stack.delayGraph(GRAPH_DELAY_MS);
    await firstAnswer(stack, stack.host.url);
    const { etag } = await pull(stack.presence, stack.acd);
    const before = stack.tenant.state.counted('graph.presences');
    const loaded = await steadily(stack.presence, { ...stack.acd, 'if-none-match': etag });
    report({
      what: `${PULLS_A_SECOND} pulls a second, ${people} people, p99`,
      product: loaded.latency.p99,
      unit: 'ms',
      beside: Math.max(1, latency.p99),
      yardstick: 'a constant',
    });
    const perHalfMinute = ((stack.tenant.state.counted('graph.presences') - before) * 30) / SECONDS;
    report({ what: '  and requests to Graph in 30 s', product: perHalfMinute, unit: 'requests', goal: 750 });
    report({ what: '  and answers that failed', product: loaded.errors + loaded['5xx'], unit: 'requests', goal: 0 });
    await stack.close();
  }
}
