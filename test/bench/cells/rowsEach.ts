import { TableClient, type TransactionAction } from '@azure/data-tables';
import pMap from 'p-map';
import { tableClient } from '../../../shared/adapters/tables/tableClient.ts';
import { tablePresenceStore } from '../../../shared/adapters/tables/tablePresenceStore.ts';
import { chunk } from '../../../shared/lib/chunk.ts';
import { bench, inTurn, quantile, timed } from '../measure.ts';
import type { Report } from '../report.ts';

const PEOPLE = 650;
const TIMES = 15;
/** So many rows may be written at once (learn.microsoft.com/rest/api/storageservices: entity group transactions). */
const AT_ONCE = 100;

type Work = (turn: number) => Promise<unknown>;

/** The medians of two ways to do the same. */
async function medians(one: Work, other: Work): Promise<[number, number]> {
  const taken = (work: Work) => async (turn: number) => ({ time: await timed(() => work(turn)) });
  const [ours, theirs] = await inTurn(TIMES, taken(one), taken(other));
  return [quantile(ours, 0.5), quantile(theirs, 0.5)];
}

/** A document for a shard, beside a row for each person of it: reading, writing all, writing those who changed. */
export async function rowsEach(report: Report): Promise<void> {
  const stack = await bench(PEOPLE);
  const { connectionString: connection } = stack.storage;
  const storage = { connection, isUrl: false };
  const store = tablePresenceStore(tableClient({ storage, managedIdentityClientId: '' }, 'presence'));
  const { head } = (await store.readHead()) ?? {};
  const at = { shard: 0, key: head?.shards[0]?.document ?? '' };
  const document = await store.readDocument(at);
  if (document === undefined) throw new Error('There is no document.');

  const rows = TableClient.fromConnectionString(connection, 'rows', { allowInsecureConnection: true });
  await rows.createTable();
  const people = [...document.readings].map(([rowKey, reading]) => ({ rowKey, ...reading }));
  const writeRows = (some: typeof people, partitionKey: string) => {
    const actions = some.map((row): TransactionAction => ['upsert', { partitionKey, ...row }, 'Replace']);
    return pMap(chunk(actions, AT_ONCE), batch => rows.submitTransaction(batch), { concurrency: 4 });
  };
  const writeDocument = (name: string) => (turn: number) =>
    store.writeDocument({ shard: 0, key: `${at.key}-${name}${turn}` }, document);
  const readRows = async () => {
    let count = 0;
    for await (const { rowKey } of rows.listEntities({ queryOptions: { filter: "PartitionKey eq '0'" } }))
      count += rowKey === '' ? 0 : 1;
    if (count !== PEOPLE) throw new Error(`There are ${count} rows.`);
  };

  const fill = await medians(writeDocument('all'), turn => writeRows(people, String(turn)));
  const yardstick = `a row for each, ${AT_ONCE} at once`;
  report({
    what: `writing ${PEOPLE} people for the first time`,
    product: fill[0],
    unit: 'ms',
    beside: fill[1],
    yardstick,
    goal: 0.25,
  });
  const read = await medians(() => store.readDocument(at), readRows);
  report({
    what: `reading ${PEOPLE} people from the tables`,
    product: read[0],
    unit: 'ms',
    beside: read[1],
    yardstick: 'a row for each',
    goal: 0.5,
  });
  const few = people.slice(0, PEOPLE / 50);
  const change = await medians(writeDocument('few'), () => writeRows(few, '0'));
  report({
    what: `writing ${PEOPLE} people of whom 2 % changed`,
    product: change[0],
    unit: 'ms',
    beside: change[1],
    yardstick: 'a row for each who changed',
    goal: 1.6,
  });
  await stack.close();
}
