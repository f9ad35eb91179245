import { setTimeout } from 'node:timers/promises';
import { TableClient } from '@azure/data-tables';
import pMap from 'p-map';
import { bench, timed } from '../measure.ts';
import type { Report } from '../report.ts';

const GRAPH_DELAY_MS = 150;
const PEOPLE = 650;
const AT_ONCE = 20;

/** What other connectors do: a request for each person, a row for each person. */
export async function otherWays(report: Report): Promise<void> {
  const stack = await bench(PEOPLE);
  stack.delayGraph(GRAPH_DELAY_MS);
  await stack.poll();
  const product = await stack.poll();
  const each = await timed(() =>
    pMap(stack.tenant.state.people, () => setTimeout(GRAPH_DELAY_MS), {
      concurrency: AT_ONCE,
    }),
  );
  report({
    what: `reading ${PEOPLE} people from Graph`,
    product,
    unit: 'ms',
    beside: each,
    yardstick: `a request for each, ${AT_ONCE} at once, at the speed of Graph`,
    goal: 0.2,
  });

  const rows = TableClient.fromConnectionString(stack.storage.connectionString, 'rows', {
    allowInsecureConnection: true,
  });
  await rows.createTable();
  const written = await timed(() =>
    pMap(
      stack.tenant.state.people,
      ({ id }) => rows.upsertEntity({ partitionKey: 'all', rowKey: id, ...stack.tenant.state.shown(id) }, 'Replace'),
      { concurrency: AT_ONCE },
    ),
  );
  stack.delayGraph(0);
  stack.move(PEOPLE);
  report({
    what: `a poll in which all ${PEOPLE} people changed`,
    product: await stack.poll(),
    unit: 'ms',
    beside: written,
    yardstick: 'writing a row for each',
    goal: 0.5,
  });
  await stack.close();
}
