import { TableClient } from '@azure/data-tables';
import { expect } from 'vitest';
import { firePoll } from '../../local/stack.ts';
import { agentsCsv } from '../../local/tenant/people.ts';
import { LASTING } from '../support/faultAnswers.ts';
import { type FaultRow, type FaultStack, faultRows, unnoticed } from '../support/faultRows.ts';

const table = ({ storage }: FaultStack, name: string) =>
  TableClient.fromConnectionString(storage.connectionString, name, { allowInsecureConnection: true });

const askOther = ({ url, keys }: Awaited<ReturnType<FaultStack['startInstance']>>) =>
  fetch(`${url}/api/v1/presence?key=1001`, { headers: { 'x-functions-key': keys.acd } });

type Row = Readonly<Record<string, unknown>>;

/** Somebody changes rows by hand. */
async function changeEach(
  stack: FaultStack,
  which: (row: Row) => boolean,
  change: (row: Row) => Row,
  name = 'presence',
): Promise<void> {
  const client = table(stack, name);
  for await (const row of client.listEntities()) {
    const { partitionKey = '', rowKey = '' } = row;
    if (which(row)) await client.updateEntity({ partitionKey, rowKey, ...change(row) }, 'Merge');
  }
}

const isDocument = ({ rowKey }: Row) => /^[0-9a-z]{8}-/.test(String(rowKey));

/** Somebody changes every document, and an instance that knows none of them has to read what is there. */
async function readChanged(stack: FaultStack, change: (text: string) => string): Promise<void> {
  await changeEach(stack, isDocument, ({ part00 }) => ({ part00: change(String(part00)) }));
  const other = await stack.startInstance();
  const found = async () => (await askOther(other)).json();
  // What somebody wrote is nobody's state.
  expect(await found()).toMatchObject({ rule: 'never-seen', known: 0, teamsAvailability: '' });
  await firePoll(other);
  await expect.poll(found, { timeout: 10_000 }).toMatchObject({ rule: 'in-a-call', known: 1 });
  await other.close();
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
    settings: LASTING,
    rows: [{ ...out(503), fault: 'answer 503 for as long as it takes', lasts: true }],
  },
  {
    rows: [
      ...[403, 404, 429, 500, 503, 0].map(out),
      {
        ...out(200),
        fault: 'answer 200 with a page',
        begin: ({ storage }) => storage.setFault({ status: 200, body: '<html>' }),
      },
      ...[409, 412].map(refusing),
      unnoticed('answer after 0.3 s', ({ storage }) => storage.setFault({ delayMs: 300 })),
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
        fault: 'close the connection in the middle of every answer',
        begin: ({ storage }) => storage.setFault({ cuts: true }),
        told: 'the last state',
        health: 'down',
        named: /Table Storage/,
      },
      unnoticed('lose the table of the states', stack => table(stack, 'presence').deleteTable()),
      unnoticed('hold a document that somebody has cut', stack => readChanged(stack, text => text.slice(0, 3))),
      unnoticed('hold a document in which somebody wrote that everybody is away', stack =>
        readChanged(stack, text => text.replaceAll(/"Available"|"Busy"/g, '"Away"')),
      ),
      unnoticed('hold a head that does not say which agents and rules count', stack =>
        changeEach(
          stack,
          ({ rowKey }) => rowKey === 'head',
          () => ({ agents: 5, rules: 5 }),
        ),
      ),
      {
        fault: 'hold rules that somebody has cut',
        begin: async stack => {
          await putRules(stack);
          const isRules = ({ partitionKey }: Row) => partitionKey === 'rules';
          await changeEach(stack, isRules, () => ({ rules: '{"rules":[' }), 'agents');
          // Who has read them goes on with them; who starts finds nothing that can be read.
          const other = await stack.startInstance();
          const answer = await askOther(other);
          expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ rule: 'available' })]);
          await other.close();
        },
        end: putRules,
        told: 'the call',
        health: 'ok',
      },
      unnoticed('hold columns nobody knows', stack =>
        changeEach(
          stack,
          () => true,
          () => ({ addedByHand: 'x' }),
        ),
      ),
    ],
  },
  {
    rows: [
      {
        fault: 'lose the table of the agents',
        begin: stack => table(stack, 'agents').deleteTable(),
        end: async stack => {
          const other = await stack.startInstance();
          expect((await askOther(other)).status).toBe(404);
          await other.close();
          await stack.upload(agentsCsv(stack.tenant.state.people));
        },
        told: 'the call',
        health: 'ok',
        remembers: 'an instance that starts then knows nobody until the list is uploaded again',
        forgetsWithinS: 5,
      },
    ],
  },
]);
