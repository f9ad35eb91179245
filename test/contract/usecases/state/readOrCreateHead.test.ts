import { expect, test } from 'vitest';
import { tableAgentStore } from '../../../../shared/adapters/tables/tableAgentStore.ts';
import { tablePresenceStore } from '../../../../shared/adapters/tables/tablePresenceStore.ts';
import { tableRuleStore } from '../../../../shared/adapters/tables/tableRuleStore.ts';
import { rulesChanger } from '../../../../shared/usecases/rules/changeRules.ts';
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
    agents: tableAgentStore(rest),
    rules: tableRuleStore(rest),
  });
  await here.map([agent(1), agent(2)]);
  here.teams.shown.set(guid(2), presence('Away'));
  const change = rulesChanger({ ...here, reader: here.reader(), clock: here.time.clock });
  await change('{"preset":"acd-decides"}', { dryRun: false, ifMatch: undefined });
  const poll = here.poller();
  await poll();
  return { ...here, poll, table };
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
  ['rules', { rules: 5 }],
  ['shards', { shards00: 'x,y' }],
  ['report', { report: 5 }],
  ['directory', { directory: 'x' }],
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
