import { TableClient } from '@azure/data-tables';
import { expect } from 'vitest';
import { type FaultRow, type FaultStack, faultRows } from '../support/faultRows.ts';

const table = ({ storage }: FaultStack, name: string) =>
  TableClient.fromConnectionString(storage.connectionString, name, { allowInsecureConnection: true });

async function changeEach(stack: FaultStack, which: (rowKey: string) => boolean, add: Record<string, unknown>) {
  const client = table(stack, 'presence');
  for await (const { partitionKey = '', rowKey = '' } of client.listEntities())
    if (which(rowKey)) await client.updateEntity({ partitionKey, rowKey, ...add }, 'Merge');
}

const isDocument = (rowKey: string) => /^[0-9a-z]{8}-/.test(rowKey);

/** Somebody changes every document, and an instance that knows none of them has to read what is there. */
async function readChanged(stack: FaultStack, change: (text: string) => string): Promise<void> {
  const client = table(stack, 'presence');
  for await (const { partitionKey = '', rowKey = '', part00 } of client.listEntities<{ part00: string }>())
    if (isDocument(rowKey)) await client.updateEntity({ partitionKey, rowKey, part00: change(part00) }, 'Merge');
  const { url, keys, close } = await stack.startInstance();
  const get = (path: string, key: string, init = {}) =>
    fetch(`${url}${path}`, { headers: { 'x-functions-key': key, 'content-type': 'application/json' }, ...init });
  // What somebody wrote is nobody's state.
  const found = await get('/api/v1/presence?key=1001', keys.acd);
  expect(await found.json()).toMatchObject({ rule: 'never-seen', known: 0, teamsAvailability: '' });
  await get('/admin/functions/pollPresence', keys.master, { method: 'POST', body: '{}' });
  await expect
    .poll(async () => (await get('/api/v1/presence?key=1001', keys.acd)).json(), { timeout: 10_000 })
    .toMatchObject({ rule: 'in-a-call', known: 1 });
  await close();
}

/** Who asks gets what the process read last. */
const out = (status: number): FaultRow => ({
  fault: status === 0 ? 'close every connection' : `answer ${status}`,
  begin: ({ storage }) => storage.setFault({ status }),
  told: 'the last state',
  health: 'down',
  named: /Table Storage/,
});
/** What cannot be written is lost; what was read before stays. */
const refusing = (status: number): FaultRow => ({
  fault: `answer ${status} to every write`,
  begin: ({ storage }) => storage.setFault({ status, writesOnly: true }),
  told: 'the last state',
  health: 'ok',
});

const putRules = ({ manage }: FaultStack) =>
  manage('/api/v1/rules', {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: '{"preset":"strict"}',
  });

faultRows('Table Storage', [
  {
    rows: [
      ...[403, 404, 429, 500, 503, 0].map(out),
      {
        ...out(200),
        fault: 'answer 200 with a page',
        begin: ({ storage }) => storage.setFault({ status: 200, body: '<html>' }),
      },
      ...[409, 412].map(refusing),
      {
        fault: 'answer after 0.3 s',
        begin: ({ storage }) => storage.setFault({ delayMs: 300 }),
        told: 'the call',
        health: 'ok',
      },
      {
        fault: 'never answer',
        begin: ({ storage }) => storage.setFault({ delayMs: 600_000 }),
        told: 'the last state',
        health: 'down',
        named: /Table Storage/,
        withinS: 10,
      },
      {
        fault: 'stop in the middle of every answer',
        begin: ({ storage }) => storage.setFault({ stalls: true }),
        told: 'the last state',
        health: 'down',
        named: /Table Storage/,
        withinS: 10,
      },
      {
        fault: 'lose the table of the states',
        begin: stack => table(stack, 'presence').deleteTable(),
        told: 'the call',
        health: 'ok',
      },
      {
        fault: 'hold a document that somebody has cut',
        begin: stack => readChanged(stack, text => text.slice(0, 3)),
        told: 'the call',
        health: 'ok',
      },
      {
        fault: 'hold a document in which somebody wrote that everybody is away',
        begin: stack => readChanged(stack, text => text.replaceAll(/"Available"|"Busy"/g, '"Away"')),
        told: 'the call',
        health: 'ok',
      },
      {
        fault: 'hold a head that does not say which agents and rules count',
        begin: stack => changeEach(stack, rowKey => rowKey === 'head', { agents: 5, rules: 5 }),
        told: 'the call',
        health: 'ok',
      },
      {
        fault: 'hold rules that somebody has cut',
        begin: async stack => {
          await putRules(stack);
          const client = table(stack, 'agents');
          for await (const { partitionKey = '', rowKey = '' } of client.listEntities())
            if (partitionKey === 'rules')
              await client.updateEntity({ partitionKey, rowKey, rules: '{"rules":[' }, 'Merge');
          // Who has read them goes on with them; who starts finds nothing that can be read.
          const { url, keys, close } = await stack.startInstance();
          const headers = { 'x-functions-key': keys.acd };
          const answer = await fetch(`${url}/api/v1/presence?key=1001`, { headers });
          expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ rule: 'available' })]);
          await close();
        },
        end: putRules,
        told: 'the call',
        health: 'ok',
      },
      {
        fault: 'hold columns nobody knows',
        begin: stack => changeEach(stack, () => true, { addedByHand: 'x' }),
        told: 'the call',
        health: 'ok',
      },
    ],
  },
]);
