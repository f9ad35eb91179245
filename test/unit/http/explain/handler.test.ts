import { expect, test } from 'vitest';
import { explainHandler } from '../../../../shared/http/explain/handler.ts';
import { agent, guid, presence } from '../../../support/builders.ts';
import { httpCall } from '../../../support/httpCall.ts';
import { world } from '../../../support/world.ts';

async function setUp() {
  const here = world();
  const twice = { number: '4711', numberKeys: ['4711'] };
  await here.map([agent(1, twice), agent(2, twice)]);
  here.teams.shown.set(guid(1), presence('Busy', 'InACall'));
  await here.poller()();
  const reader = here.reader();
  const handler = explainHandler({ reader: () => reader, defaultCountry: 'DE', clock: here.time.clock });
  return async (query: string) => {
    const { body } = await handler(httpCall.request('GET', `/explain${query}`), here.log);
    return JSON.parse(String(body));
  };
}

test('says which rule decided, and on what', async () => {
  const explain = await setUp();
  expect(await explain('?key=1001')).toMatchObject({
    agentId: '1001',
    matchedBy: 'agentId',
    rule: 'in-a-call',
    teamsActivity: 'InACall',
    freshness: 'fresh',
    ageSeconds: 0,
    shard: 0,
  });
});

test.each([
  ['', 400, 'malformed_query'],
  ['?key=', 400, 'malformed_key'],
  ['?key=9999', 404, 'not_mapped'],
  ['?key=tel:4711', 300, 'several_agents'],
])('refuses %s', async (query, status, code) => {
  const explain = await setUp();
  await expect(explain(query)).rejects.toMatchObject({ status, code });
});
