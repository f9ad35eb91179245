import { expect, test } from 'vitest';
import { StoreUnavailableError } from '../../../../shared/errors/errors.ts';
import { presenceHandler } from '../../../../shared/http/presence/handler.ts';
import { pullMonitor } from '../../../../shared/usecases/monitor/pullMonitor.ts';
import { readFresh } from '../../../../shared/usecases/read/readFresh.ts';
import { agent } from '../../../support/builders.ts';
import { httpCall } from '../../../support/httpCall.ts';
import { watched } from '../../../support/stores.ts';
import { world } from '../../../support/world.ts';

async function setUp() {
  const here = world();
  await here.map([agent(1), agent(2)]);
  await here.poller()();
  const { clock } = here.time;
  const tables = { out: false, asked: 0 };
  const store = watched(here.presence, () => {
    if (tables.out) throw new StoreUnavailableError('Out.');
  });
  const renew = () => {
    tables.asked += 1;
    return undefined;
  };
  const onDemand = { renew, takeLines: () => [] };
  const readPresence = readFresh({ reader: here.reader(store), onDemand, ...here.time });
  const pulls = pullMonitor(here.time);
  const handler = presenceHandler({ readPresence: () => readPresence, pulls, defaultCountry: 'DE', clock });
  const call = (query: string, headers = {}) =>
    handler(httpCall.request('GET', `/presence${query}`, { headers }), here.log);
  return { ...here, tables, call, pulls };
}

test('answers the list, one agent and the next change, and 304 when nothing is new', async () => {
  const { call, events } = await setUp();
  const list = await call('');
  expect(JSON.parse(String(list.body))).toMatchObject({ count: 2, reachableCount: 2 });
  const etag = String((list.headers as Record<string, string>)['etag']);
  expect((await call('', { 'if-none-match': etag })).status).toBe(304);
  expect(JSON.parse(String((await call('?key=1001')).body))).toMatchObject({ agentId: '1001', matchedBy: 'agentId' });
  expect(JSON.parse(String((await call('?next=')).body))).toMatchObject({ agentId: '1001', more: 1 });
  expect(events.filter(([name]) => name === 'pulls.served')).toHaveLength(1);
});

test('with the tables out answers from the copy, says so in the log, and polls nothing', async () => {
  const { call, tables, time, events } = await setUp();
  await call('');
  const { asked } = tables;
  tables.out = true;
  time.advance(5_000);
  expect(JSON.parse(String((await call('')).body))).toMatchObject({ count: 2, ageSeconds: 5 });
  expect(tables.asked).toBe(asked);
  expect(events.at(-1)).toEqual(['request.failed', { code: 'store_unavailable', status: 200 }]);
});

test('counts how old what it told is, not what else there is', async () => {
  const { call, map, time, pulls } = await setUp();
  await map([agent(1), agent(2), agent(3)], 'g0000000002-test');
  time.advance(3_000);
  expect(JSON.parse(String((await call('?key=1001')).body))).toMatchObject({ ageSeconds: 3 });
  expect(pulls.counts()).toMatchObject({ pulls: 1, ageP50: 3 });
  expect(JSON.parse(String((await call('')).body))).toMatchObject({ ageSeconds: 999_999 });
  expect(pulls.counts()).toMatchObject({ pulls: 2, ageP99: 300 });
});

test('a board that is left open is no ACD that asks', async () => {
  const { call, pulls, events } = await setUp();
  await call('', { 'x-presence-client': 'board' });
  expect(pulls.counts()).toMatchObject({ pulls: 0, lastAt: 0 });
  expect(events.map(([name]) => name)).not.toContain('pulls.served');
});
