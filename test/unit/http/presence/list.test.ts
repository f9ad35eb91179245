import { HttpRequest } from '@azure/functions';
import { expect, test } from 'vitest';
import { listAnswer } from '../../../../shared/http/presence/list.ts';
import { presenceQuery } from '../../../../shared/http/presence/query.ts';
import type { AgentStore } from '../../../../shared/ports/agentStore.ts';
import { agent, guid, presence } from '../../../support/builders.ts';
import { deltaClient, loopClient, people, pull, replacing } from '../../../support/listClients.ts';
import { memoryAgentStore } from '../../../support/memoryAgentStore.ts';
import { world } from '../../../support/world.ts';

test('nothing new is an empty delta, a change is that change', async () => {
  const here = world({}, 3);
  await here.map(people);
  const poll = here.poller();
  await poll();
  const reader = here.reader();
  const client = deltaClient('');
  expect((await client.update(reader, 0)).records).toHaveLength(6);
  here.time.advance(10_000);
  await poll();
  expect(await client.update(reader, 0)).toMatchObject({ full: 0, removed: [], records: [] });
  here.time.advance(10_000);
  here.teams.shown.set(guid(2), presence('Busy', 'InACall'));
  await poll();
  const { records, full } = await client.update(reader, 0);
  expect([full, records.map(record => record.agentId)]).toEqual([0, ['1002']]);
});

test('where Teams values are not told, neither is it told that one of them changed', async () => {
  const here = world({}, 3);
  await here.map(people);
  const poll = here.poller();
  await poll();
  const reader = here.reader(here.presence, 'minimal');
  const client = deltaClient('');
  const loop = loopClient();
  const etag = async () => {
    const request = new HttpRequest({ method: 'GET', url: 'http://localhost/api/v1/presence' });
    const parsed = presenceQuery(request, 'DE');
    if (!('filter' in parsed)) throw new Error('not a list');
    const { answer } = listAnswer(request, (await reader.read()).snapshot, parsed.filter, 0);
    return (answer.headers as Record<string, string>)['etag'];
  };
  const { revision } = await client.update(reader, 0);
  while (await loop.step(reader, 0));
  const [before, cursor] = [await etag(), loop.cursor()];
  here.teams.shown.set(guid(2), presence('AvailableIdle', 'AvailableIdle'));
  here.time.advance(10_000);
  await poll();
  expect(await client.update(reader, 0)).toMatchObject({ full: 0, records: [], revision });
  expect(await loop.step(reader, 0)).toBe(false);
  expect([await etag(), loop.cursor()]).toEqual([before, cursor]);

  here.teams.shown.set(guid(2), presence('Busy', 'InACall'));
  here.time.advance(10_000);
  await poll();
  expect(await client.update(reader, 0)).toMatchObject({ full: 1 });
  while (await loop.step(reader, 0));
  const { records } = await pull(reader, 0, '');
  for (const { copy } of [client, loop]) expect([...copy.values()]).toEqual(expect.arrayContaining([...records]));
  expect(await etag()).not.toBe(before);
});

test('a revision of another table, from the future or from before other agents gives everything', async () => {
  const here = world({}, 3);
  await here.map(people);
  await here.poller()();
  const reader = here.reader();
  const { revision } = await pull(reader, 0, '');
  const [epoch, , ages] = revision.split('-');
  for (const known of [`00000000-1-${ages}-0`, `${epoch}-zzzz-${ages}-0`, `${epoch}-1-000000-0`]) {
    expect(await pull(reader, 0, `?changedSince=${known}`)).toMatchObject({ full: 1 });
  }
});

test('next gives one change after the other, and then nothing', async () => {
  const here = world({}, 3);
  await here.map(people);
  const poll = here.poller();
  await poll();
  const reader = here.reader();
  const client = loopClient();
  const steps: boolean[] = [];
  for (const _ of people) steps.push(await client.step(reader, 0));
  expect(steps).toEqual([true, true, true, true, true, false]);
  expect([...client.copy.keys()]).toEqual(people.map(({ agentId }) => agentId));
  expect(await client.step(reader, 0)).toBe(false);
  here.time.advance(10_000);
  here.teams.shown.set(guid(5), presence('Busy', 'InACall'));
  await poll();
  expect(await client.step(reader, 0)).toBe(false);
  expect(client.copy.get('1005')).toMatchObject({ rule: 'in-a-call' });
});

test('next with nothing new says how the whole list is, so that a loop sees an outage', async () => {
  const here = world({}, 3);
  await here.map(people);
  await here.poller()();
  const reader = here.reader();
  const client = loopClient();
  await client.update(reader, here.time.clock());
  const ask = () => client.ask(reader, here.time.clock());
  here.time.advance(4_000);
  expect(await ask()).toMatchObject({ agentId: '', more: 0, known: 1, stale: 0, ageSeconds: 4 });
  here.time.advance(130_000);
  await client.update(reader, here.time.clock());
  expect(await ask()).toMatchObject({ agentId: '', more: 0, known: 0, stale: 1, ageSeconds: 134 });
});

test('what is known of accounts that nobody reads does not hide an outage from a loop', async () => {
  const here = world({}, 3);
  await here.map([...people, agent(7, { account: 'account-disabled' })]);
  await here.poller()();
  const reader = here.reader();
  const client = loopClient();
  here.time.advance(134_000);
  await client.update(reader, here.time.clock());
  expect(await client.ask(reader, here.time.clock())).toMatchObject({ agentId: '', known: 0, stale: 1 });
});

test('of a list of which nobody is read all is known that there is to know', async () => {
  const here = world({}, 3);
  await here.map([agent(7, { account: 'account-disabled' })]);
  await here.poller()();
  const reader = here.reader();
  const client = loopClient();
  await client.update(reader, here.time.clock());
  expect(await client.ask(reader, here.time.clock())).toMatchObject({ agentId: '', known: 1 });
});

test('a new client of next hears of nobody who was gone before', async () => {
  const here = world({}, 3);
  const replace = replacing(here);
  await replace([]);
  await replace([5, 6]);
  const reader = here.reader();
  const client = loopClient();
  const told: string[] = [];
  while (await client.step(reader, 0)) told.push(...client.copy.keys());
  expect([...client.copy.keys()]).toEqual(['1001', '1002', '1003', '1004']);
  expect(told).not.toContain('1005');
});

test('a client of next hears of others although somebody changes all the time', async () => {
  const here = world({}, 3);
  await here.map(people);
  const poll = here.poller();
  await poll();
  const reader = here.reader();
  const client = loopClient();
  for (let cycle = 0; cycle < people.length; cycle += 1) {
    here.teams.shown.set(guid(1), presence(cycle % 2 ? 'Busy' : 'Away'));
    here.time.advance(10_000);
    await poll();
    await client.step(reader, 0);
  }
  expect(client.copy.size).toBe(people.length);
});

test('an instance that lags behind has nothing to tell, and sends nobody back to the start', async () => {
  const here = world({}, 3);
  await here.map(people);
  const poll = here.poller();
  await poll();
  const lagging = here.reader();
  await lagging.read();
  here.teams.shown.set(guid(1), presence('Busy', 'InACall'));
  here.time.advance(400);
  await poll();
  const client = loopClient();
  await client.update(here.reader(), 0);
  const copy = new Map(client.copy);
  expect(await client.step(lagging, 0)).toBe(false);
  expect(client.copy).toEqual(copy);
  let steps = 0;
  while (await client.step(here.reader(), 0)) steps += 1;
  expect(steps).toBe(0);
});

test.each([
  ['before the first upload', 0],
  ['in the first version of many', 1],
])('a loop that began %s does not keep who was lost with the table of the agents', async (_case, begin) => {
  let agents = memoryAgentStore();
  const current = (): AgentStore => agents;
  const exchangeable: AgentStore = {
    current: () => current().current(),
    read: version => current().read(version),
    readRemaining: id => current().readRemaining(id),
    write: (version, list) => current().write(version, list),
    remove: id => current().remove(id),
    markCurrent: version => current().markCurrent(version),
  };
  const here = world({ agents: exchangeable }, 3);
  const replace = replacing(here);
  const [poll, reader, client] = [here.poller(), here.reader(), loopClient()];
  const loop = async () => {
    here.time.advance(1_000);
    await client.update(reader, here.time.clock());
  };
  if (begin === 0) await loop();
  // More and more people, and nobody removed.
  for (const gone of [[1, 2], [1], []]) {
    await replace(gone);
    await poll();
    await loop();
  }
  expect(client.copy.size).toBe(6);
  agents = memoryAgentStore();
  here.time.advance(10_000);
  await poll();
  for (const gone of [
    [2, 3, 4, 5],
    [2, 3, 4, 5, 6],
  ]) {
    await replace(gone);
    await poll();
  }
  await loop();
  expect([...client.copy.keys()]).toEqual(['1001']);
});
