import pMap from 'p-map';
import { tableClient } from '../../../shared/adapters/tables/tableClient.ts';
import { tablePresenceStore } from '../../../shared/adapters/tables/tablePresenceStore.ts';
import type { ShardDocument } from '../../../shared/domain/presence/shardDocument.ts';
import type { DocumentKey } from '../../../shared/ports/presenceStore.ts';
import { bench, quantile } from '../measure.ts';
import type { Report } from '../report.ts';

const GRAPH_DELAY_MS = 100;
const CYCLES = 9;
const WARM_UP = 10;
const MANY = 16_000;
const INTERVAL_MS = 10_000;

/** Milliseconds in which a program with nothing else to do writes the same documents and the head. */
async function writesAlone(connection: string): Promise<{ head: number; everything: number }> {
  const storeOf = (table: string) =>
    tablePresenceStore(tableClient({ storage: { connection, isUrl: false }, managedIdentityClientId: '' }, table));
  const [from, to] = [storeOf('presence'), storeOf('bench')];
  const stored = await from.readHead();
  if (stored === undefined) throw new Error('There is no head.');
  const documents: [DocumentKey, ShardDocument][] = [];
  for (const { shard, document: key } of stored.head.shards.map((status, shard) => ({ ...status, shard }))) {
    const document = await from.readDocument({ shard, key });
    if (document !== undefined) documents.push([{ shard, key }, document]);
  }
  let etag = await to.createHead(stored.head);
  const times: { head: number; everything: number }[] = [];
  for (let cycle = 0; cycle < CYCLES; cycle += 1) {
    const started = performance.now();
    const write = ([{ shard, key }, document]: (typeof documents)[number]) =>
      to.writeDocument({ shard, key: `${key}-${cycle}` }, document);
    await pMap(documents, write, { concurrency: 4 });
    const written = performance.now();
    etag = await to.replaceHead(stored.head, etag);
    times.push({ head: performance.now() - written, everything: performance.now() - started });
  }
  const median = (what: 'head' | 'everything') =>
    quantile(
      times.map(time => time[what]),
      0.5,
    );
  return { head: median('head'), everything: median('everything') };
}

/** Polls of the timer, by how many people moved since the last one. */
export async function cycles(report: Report): Promise<void> {
  const people = 10_000;
  const stack = await bench(people);
  stack.delayGraph(GRAPH_DELAY_MS);
  // A process that has just started compiles what it does: product and simulated tenant alike.
  for (let cycle = 0; cycle < WARM_UP; cycle += 1) {
    stack.move(people);
    await stack.poll();
  }
  const writes = await writesAlone(stack.storage.connectionString);
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
      // All sixteen requests of 650 people are under way at once.
      beside: GRAPH_DELAY_MS + (share === 0 ? writes.head : writes.everything),
      yardstick: 'the requests to Graph and the writes alone',
      ...(share === 0.02 && { goal: 1.3 }),
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
