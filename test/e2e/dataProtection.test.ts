import { readFileSync } from 'node:fs';
import { TableClient } from '@azure/data-tables';
import { expect, test } from 'vitest';
import { stack } from '../support/stack.ts';

/** Rows that concern nobody. */
const OF_NOBODY = ['head', 'lease', 'poll', 'current', 'sign-in', 'rules'];
/** What every row of a table has; the row's key is the agentId. */
const OF_TABLES = ['etag', 'partitionKey', 'rowKey', 'timestamp'];
const PAGES = ['docs/data-protection.md', 'docs/de/data-protection.md'];

const { tenant, storage, host, ask, upload, poll, list, manage } = await stack({ settings: { DATA_LEVEL: 'minimal' } });
const { state } = tenant;

async function rows(table: string): Promise<Record<string, unknown>[]> {
  const client = TableClient.fromConnectionString(storage.connectionString, table, { allowInsecureConnection: true });
  const found: Record<string, unknown>[] = [];
  for await (const row of client.listEntities()) found.push({ ...row });
  return found;
}
const ofPeople = async () => (await rows('agents')).filter(row => !OF_NOBODY.includes(String(row['partitionKey'])));
const documents = async () =>
  (await rows('presence'))
    .filter(row => !OF_NOBODY.includes(String(row['partitionKey'])))
    .map(row => String(row['part00']));

async function sync(): Promise<void> {
  const before = (await manage('/api/v1/match-report')).json['syncedAt'];
  await ask('/admin/functions/syncDirectory', host.keys.master, { method: 'POST', body: '{}' });
  await expect
    .poll(async () => (await manage('/api/v1/match-report')).json['syncedAt'], { timeout: 20_000 })
    .not.toBe(before);
}

/** The names in backticks in the rows of the page's table of what is stored. */
function documented(page: string): Set<string> {
  const text = readFileSync(page, 'utf8');
  const table = text.split('\n## ')[3] ?? '';
  const cells = table
    .split('\n')
    .filter(line => line.startsWith('| '))
    .flatMap(line => line.split(' | ')[1] ?? []);
  return new Set(cells.flatMap(cell => [...cell.matchAll(/`(\w+)`/g)].map(([, name = '']) => name)));
}

test('what the pages list as stored is what is stored', async () => {
  await upload(
    'agentId;email;number;name;group\n1001;anna@contoso.com;089 1234;Anna;support\n1002;typo@contoso.com;089 123456001;;\n1003;maria@contoso.com;;;\n1004;peter@contoso.com;;;\n',
  );
  await upload('agentId;email\n1001;anna@contoso.com\n1003;maria@contoso.com\n1004;peter@contoso.com\n');
  await poll();
  const stored = (await ofPeople()).flatMap(row => Object.keys(row)).filter(name => !OF_TABLES.includes(name));
  for (const page of PAGES) expect([...documented(page)].sort()).toEqual([...new Set([...stored, 'agentId'])].sort());
  const [document = '[]'] = await documents();
  const people = JSON.parse(document) as unknown[][];
  expect(people).toHaveLength(3);
  // The id, the seven things the page says of a presence, and the revision.
  for (const values of people) expect(values).toHaveLength(9);
});

test('rows that concern nobody name nobody', async () => {
  const others = [...(await rows('agents')), ...(await rows('presence'))].filter(row =>
    OF_NOBODY.includes(String(row['partitionKey'])),
  );
  const text = JSON.stringify(others);
  const names = state.people.flatMap(({ id, mail, displayName, number }) => [id, mail, displayName, number]);
  expect(names.filter(name => text.includes(name))).toEqual([]);
  expect(text).not.toContain(state.serviceUser.password);
});

test('the presence of who is disabled, deleted or removed is gone with the next poll', async () => {
  const [anna, , maria, peter] = state.people.map(({ id }) => id);
  state.change(anna ?? '', { accountEnabled: false });
  state.leave(maria ?? '');
  await manage('/api/v1/agents/1004', { method: 'DELETE' });
  await sync();
  await poll();
  const text = (await documents()).join();
  expect([anna, maria, peter].filter(id => text.includes(id ?? ''))).toEqual([]);
  const agents = Object.fromEntries((await ofPeople()).map(row => [row['rowKey'], row]));
  expect(agents['1001']).toMatchObject({ account: 'account-disabled', directoryName: 'Anna Beck' });
  const emptied = {
    objectId: '',
    userPrincipalName: '',
    mail: '',
    aliases: '',
    directoryName: '',
    directoryNumbers: '',
  };
  expect(agents['1003']).toMatchObject({ account: 'not-in-directory', ...emptied });
  expect(agents['!1004']).toMatchObject({ removedAt: expect.stringMatching(/^\d{4}-/) });
});

test('with DATA_LEVEL=minimal an answer says no more than the page lists', async () => {
  const person = state.people.find(({ agentId }) => agentId === '1002');
  state.moveTo(person?.id ?? '', 'InACall');
  await upload('agentId;email\n1002;jorg@contoso.com\n', 'text/csv', '?replaceAll=1');
  await poll();
  const [record] = (await list()).json['records'] as Record<string, unknown>[];
  expect(record).toMatchObject({ agentId: '1002', known: 1, telStatus: 1 });
  const filled = Object.entries(record ?? {}).filter(([, value]) => value !== '' && value !== 0);
  const named = ['agentId', 'email', 'userId', 'number', 'numberE164', 'group', 'telStatus', 'telStatusText'];
  const allowed = [...named, 'reachable', 'known', 'agentStatus', 'rule', 'stale'];
  expect(filled.map(([name]) => name).filter(name => !allowed.includes(name))).toEqual([]);
});
