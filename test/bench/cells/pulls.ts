import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { TableClient } from '@azure/data-tables';
import { PROJECT, startHost } from '../../../local/stack.ts';
import { BASE, bench, inTurn, pull, quantile } from '../measure.ts';
import type { Report } from '../report.ts';

const PEOPLE = 10_000;
const ECHO = path.join(PROJECT, 'test', 'support', 'echo-app');

/** Milliseconds in which a client with nothing else to do reads every row of both tables. */
async function readingAll(connectionString: string): Promise<number> {
  const started = performance.now();
  for (const table of ['agents', 'presence']) {
    const client = TableClient.fromConnectionString(connectionString, table, { allowInsecureConnection: true });
    for await (const page of client.listEntities().byPage({ maxPageSize: 1_000 })) if (page.length === 0) break;
  }
  return performance.now() - started;
}

/** Where a client of `next` stands that has heard of everybody. */
async function lastCursor(presence: string, headers: Readonly<Record<string, string>>): Promise<string> {
  for (let cursor = ''; ; ) {
    const { body, status } = await pull(`${presence}?next=${cursor}`, headers);
    if (status !== 200) throw new Error(`next was answered ${status}.`);
    const answer = JSON.parse(body.toString()) as { cursor: string; more: number };
    cursor = answer.cursor;
    if (answer.more === 0) return cursor;
  }
}

/** What an answer costs, beside a function of the same host that answers a constant. */
export async function pulls(report: Report): Promise<void> {
  const stack = await bench(PEOPLE, { settings: { FRESH_WITHIN_SECONDS: '0' } });
  const { presence, acd } = stack;
  const { etag, body } = await pull(presence, acd);
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'bench-')), 'bytes');
  writeFileSync(file, body);
  const constant = await startHost(
    { ...BASE, people: 0, folder: ECHO, output: () => undefined },
    { ECHO_BYTES: file },
    '',
  );
  const nothing = () => pull(`${constant.url}/api/v1/unchanged`);
  const revision = String(JSON.parse(body.toString())['revision']);
  const cursor = await lastCursor(presence, acd);
  const kinds = [
    ['unchanged (304)', 500, () => pull(presence, { ...acd, 'if-none-match': etag }), 2],
    ['one agent', 500, () => pull(`${presence}?key=1001`, acd), 2],
    ['differences, none', 500, () => pull(`${presence}?changedSince=${revision}`, acd), undefined],
    ['next, nothing new', 500, () => pull(`${presence}?next=${cursor}`, acd), undefined],
  ] as const;
  for (const [what, count, ask, goal] of kinds) {
    await inTurn(50, ask, nothing);
    const [ours, theirs] = await inTurn(count, ask, nothing);
    report({
      what: `pull, ${what}, p99`,
      product: quantile(ours, 0.99),
      unit: 'ms',
      beside: quantile(theirs, 0.99),
      yardstick: 'a constant',
      ...(goal && { goal }),
    });
  }
  const [full, bytes] = await inTurn(
    60,
    () => pull(presence, acd),
    () => pull(`${constant.url}/api/v1/constant`),
  );
  report({
    what: `pull, all ${PEOPLE} records, p99`,
    product: quantile(full, 0.99),
    unit: 'ms',
    beside: quantile(bytes, 0.99),
    yardstick: 'the same bytes',
    goal: 4,
  });
  await setTimeout(3_000);
  const idle = await pull(presence, { ...acd, 'if-none-match': etag });
  report({ what: 'pull, the first after idle', product: idle.time, unit: 'ms' });

  const another = await stack.startInstance();
  await pull(`${another.url}/api/live`);
  const first = await pull(`${another.url}/api/v1/presence`, acd);
  report({
    what: `first list of a new instance, ${PEOPLE} people`,
    product: first.time,
    unit: 'ms',
    beside: await readingAll(stack.storage.connectionString),
    yardstick: 'reading the same rows',
    goal: 3,
  });
  await Promise.all([stack.close(), constant.close()]);
}
