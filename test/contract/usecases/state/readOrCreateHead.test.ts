import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import { tableAgentStore } from '../../../../shared/adapters/tables/tableAgentStore.ts';
import { tablePresenceStore } from '../../../../shared/adapters/tables/tablePresenceStore.ts';
import { tableRuleStore } from '../../../../shared/adapters/tables/tableRuleStore.ts';
import { rulesChanger } from '../../../../shared/usecases/rules/rulesChanger.ts';
import { readOrCreateHead } from '../../../../shared/usecases/state/readOrCreateHead.ts';
import { agent, guid, presence } from '../../../support/builders.ts';
import { freshTable } from '../../../support/stores.ts';
import { world } from '../../../support/world.ts';

const KEY = { partitionKey: 'head', rowKey: 'head' };

/** Two agents, one of them away, under rules by which he is reachable all the same. */
async function start() {
  const table = freshTable();
  const rest = freshTable();
  const here = world({
    presence: tablePresenceStore(table),
    agents: tableAgentStore(rest, Date.now),
    rules: tableRuleStore(rest),
  });
  await here.map([agent(1), agent(2)]);
  here.teams.shown.set(guid(2), presence('Away'));
  const change = rulesChanger({ ...here, reader: here.reader(), clock: here.time.clock });
  await change('{"preset":"acd-decides"}', { dryRun: false, ifMatch: undefined });
  const poll = here.poller();
  await poll();
  return { ...here, poll, table, rest };
}

const EVERYBODY = { 1001: 'anything-else', 1002: 'anything-else' };

test.each([
  ['schema', { schema: '3' }],
  ['epoch', { epoch: 7 }],
  ['revision', { revision: '7' }],
  ['deltasSince', { deltasSince: '1' }],
  ['agents', { agents: 5 }],
  ['agentCount', { agentCount: '2' }],
  ['agentCount, by another number', { agentCount: 3 }],
  ['removalsSince', { removalsSince: 5 }],
  ['rules', { rules: 5 }],
  ['shards', { shards00: 'x,y' }],
  ['report', { report: 5 }],
  ['directory', { directory: 'x' }],
  ['deltasSince, beyond the revision', { deltasSince: 1_000_000_000 }],
  ['revision, by a fraction', { revision: 1.5 }],
  ['revision, by one that no client can be told', { revision: 1e20 }],
  ['revision, below zero', { revision: -7 }],
  ['agentCount, by none', { agentCount: 0 }],
  ['agents, by a name that no row can have', { agents: 'x/y' }],
  ['rules, by a name that no row can have', { rules: 'x/y' }],
  ['shards, by a document that no row can be', { shards00: '1,1,1,0,d,x/y,,' }],
  ['shards, by a time that no date can hold', { shards00: '1,zzzzzzzzzzzz,1,0,d,00000001-00000000,,' }],
  ['report, by times before all times', { report: '{"attemptedAt":-1e20,"timerAt":-1e20,"succeededAt":1.5}' }],
])('a head of which somebody altered %s keeps agents and rules', async (_column, damage) => {
  const here = await start();
  const before = await readOrCreateHead(here);
  await here.table.updateEntity({ ...KEY, ...damage }, 'Merge');
  here.time.advance(10_000);
  await here.poll();
  expect(await here.coldRules()).toEqual(EVERYBODY);
  const { agents, rules } = (await readOrCreateHead(here)).head;
  expect([agents, rules]).toEqual([before.head.agents, before.head.rules]);
});

const [ID, TIMES] = [JSON.stringify(guid(1)), '1795420800000,0,1795420800000'];

test.each([
  ['a time before all times', `[[${ID},"Busy","InACall",0,"1",-1e20,0,0,1]]`],
  ['a time that no date can hold', `[[${ID},"Busy","InACall",0,"1",1e17,0,0,1]]`],
  ['a revision that is a fraction', `[[${ID},"Busy","InACall",0,"1",${TIMES},1.5]]`],
  ['a revision beyond that of its shard', `[[${ID},"Busy","InACall",0,"1",${TIMES},999999999]]`],
  ['flags that are none', `[[${ID},"Busy","InACall",1.5,"1",${TIMES},1]]`],
  ['a list in place of a name', `[[${ID},["Busy"],"InACall",0,"1",${TIMES},1]]`],
])('a document into which somebody wrote %s is read anew from Teams', async (_what, part00) => {
  const here = await start();
  const keys = await here.presence.listDocuments();
  for (const { shard, key } of keys) {
    const partitionKey = `s${String(shard).padStart(6, '0')}`;
    // As if it had been written so.
    const digest = hash('sha256', `${key} ${part00}`, 'base64url');
    await here.table.updateEntity({ partitionKey, rowKey: key, part00, digest }, 'Merge');
  }
  const poll = here.poller();
  for (let cycle = 0; cycle < 2; cycle += 1) {
    here.time.advance(10_000);
    await poll();
  }
  expect(await here.coldRules()).toEqual(EVERYBODY);
});

test('a document in which somebody made one state of another is read anew from Teams', async () => {
  const here = await start();
  for (const { shard, key } of await here.presence.listDocuments()) {
    const at = { partitionKey: `s${String(shard).padStart(6, '0')}`, rowKey: key };
    const { part00 } = await here.table.getEntity<{ part00: string }>(at.partitionKey, at.rowKey);
    await here.table.updateEntity({ ...at, part00: part00.replaceAll('Available', 'Busy') }, 'Merge');
  }
  expect(await here.coldRules()).toEqual({ 1001: 'never-seen', 1002: 'never-seen' });
  here.time.advance(10_000);
  await here.poller()();
  expect(await here.coldRules()).toEqual(EVERYBODY);
});

test('a row that somebody added to the agents is nobody', async () => {
  const here = await start();
  const { id } = (await readOrCreateHead(here)).head.agents;
  await here.rest.createEntity({ partitionKey: id, rowKey: 'weird key!', email: 'x@contoso.com' });
  here.time.advance(10_000);
  await here.poller()();
  expect(await here.coldRules()).toEqual(EVERYBODY);
});

test('a head that was made while the first version was being recorded gets to know it', async () => {
  const here = await start();
  await here.table.updateEntity({ ...KEY, agents: '', agentCount: 0 }, 'Merge');
  here.time.advance(10_000);
  await here.poll();
  expect(await here.coldRules()).toEqual(EVERYBODY);
});

test('a head that lost all its columns names what is recorded as current', async () => {
  const here = await start();
  await here.table.updateEntity(KEY, 'Replace');
  await here.poll();
  expect(await here.coldRules()).toEqual(EVERYBODY);
});

test('a reader of a head that does not say which agents they are answers for all of them', async () => {
  const here = await start();
  await here.table.updateEntity({ ...KEY, agents: 5 }, 'Merge');
  expect(await here.coldRules()).toEqual({ 1001: 'never-seen', 1002: 'never-seen' });
});
