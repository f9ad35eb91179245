import { expect, test } from 'vitest';
import { GraphThrottledError, GraphUnavailableError, VaultError } from '../../../../shared/errors/errors.ts';
import { explainHandler } from '../../../../shared/http/explain/handler.ts';
import { agent, guid, presence } from '../../../support/builders.ts';
import { httpCall } from '../../../support/httpCall.ts';
import { LIMITS, tokens, world } from '../../../support/world.ts';

const HOUR = 3_600_000;

async function setUp(shardSize?: number) {
  const here = world({}, shardSize);
  const twice = { number: '4711', numberKeys: ['4711'] };
  await here.map([agent(1, twice), agent(2, twice)]);
  here.teams.shown.set(guid(1), presence('Busy', 'InACall'));
  await here.poller()();
  const reader = here.reader();
  const { clock } = here.time;
  const handler = explainHandler({
    readPresence: () => async (_log, options) => ({ ...(await reader.read(options)), renewed: false }),
    ...{ defaultCountry: 'DE', clock, suspiciousAfterMs: 12 * HOUR, limits: LIMITS },
  });
  const explain = async (query: string) => {
    const { body } = await handler(httpCall.request('GET', `/explain${query}`), here.log);
    return JSON.parse(String(body));
  };
  return { ...here, explain };
}

test('says which rule decided, and on what', async () => {
  const { explain } = await setUp();
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

test('is logged without saying whom', async () => {
  const { explain, events } = await setUp();
  await explain('?key=1001');
  await expect(explain('?key=9999')).rejects.toMatchObject({ status: 404 });
  expect(events.filter(([name]) => name === 'agent.explained')).toEqual([['agent.explained', {}]]);
});

test.each([
  ['', 400, 'malformed_query'],
  ['?key=', 400, 'malformed_key'],
  ['?key=9999', 404, 'not_mapped'],
  ['?key=tel:4711', 300, 'several_agents'],
  ['?key=person', 300, 'several_agents'],
  ['?key=Nobody%20Here', 404, 'not_mapped'],
  ["?key='", 404, 'not_mapped'],
])('refuses %s', async (query, status, code) => {
  const { explain } = await setUp();
  await expect(explain(query)).rejects.toMatchObject({ status, code });
});

test.each(['Person 1', 'person  1', '1 PERS', 'erson%201'])('finds somebody by part of a name: %s', async name => {
  const { explain } = await setUp();
  expect(await explain(`?key=${name}`)).toMatchObject({ agentId: '1001', displayName: 'Person 1', matchedBy: 'name' });
});

test('finds umlauts by those who have none, and says what to do with a row that finds nobody', async () => {
  const here = world();
  const known = { ...agent(1), displayName: 'Maria Schäfer' };
  const typo = { ...agent(2), displayName: 'Jörg Groß', account: 'not-in-directory' as const, objectId: '', line: 3 };
  const marks = { ...agent(3), displayName: 'Łukasz O’Brien Sørensen' };
  await here.map([known, typo, marks]);
  const reader = here.reader();
  const handler = explainHandler({
    readPresence: () => async (_log, options) => ({ ...(await reader.read(options)), renewed: false }),
    ...{ defaultCountry: 'DE', clock: here.time.clock, suspiciousAfterMs: 0, limits: LIMITS },
  });
  const ask = async (key: string) => {
    const { body } = await handler(httpCall.request('GET', `/explain?key=${encodeURIComponent(key)}`), here.log);
    return JSON.parse(String(body)) as Record<string, unknown>;
  };
  for (const key of ['schafer', 'Schaefer', 'schäf']) expect(await ask(key)).toMatchObject({ agentId: '1001' });
  for (const key of ['obrien', "o'brien", 'O’Brien', 'sorensen', 'soerensen', 'O’Brien Sørensen, Łukasz', 'lukasz'])
    expect(await ask(key), key).toMatchObject({ agentId: '1003' });
  for (const key of ['jorg gross', 'Joerg', 'groß']) expect(await ask(key)).toMatchObject({ agentId: '1002' });
  expect((await ask('1002'))['hint']).toMatch(
    /^Nobody in the tenant has this object id, .*\. It was looked for .*line 3 of the file\)\. Correct the row and upload/,
  );
});

test('names those whom a name fits', async () => {
  const { explain } = await setUp();
  await expect(explain('?key=person')).rejects.toMatchObject({
    message: expect.stringContaining('1001 Person 1, 1002 Person 2'),
  });
});

test('says in words why what is known is old', async () => {
  const { explain, time, pollerOf, presence: store, log } = await setUp();
  time.advance(126_000);
  const failing = { read: () => Promise.reject(new GraphUnavailableError('Microsoft Graph answered 503.')) };
  await pollerOf(store, failing)(log);
  time.advance(10_000);
  const { cause, why, rule } = await explain('?key=1001');
  expect([rule, cause]).toEqual(['stale', 'Teams has not been read for 136 s: Microsoft Graph answered 503.']);
  expect(why).not.toMatch(/[A-Z]+_[A-Z]+/);
});

test('names what kept Teams from being read, not what else is wrong', async () => {
  const { explain, time, pollerOf, presence: store, log } = await setUp();
  time.advance(126_000);
  const failing = { read: () => Promise.reject(new GraphUnavailableError('Microsoft Graph answered 503.')) };
  const state = { ...(await tokens.state()), faults: [new VaultError('Key Vault answered 503.')] };
  await pollerOf(store, failing, { ...tokens, state: async () => state })(log);
  expect((await explain('?key=1001')).cause).toContain('Microsoft Graph answered 503.');
});

test('names the fault of this person’s shard', async () => {
  const { explain, time, pollerOf, presence: store, log, teams } = await setUp(1);
  const ofShard = {
    read: async (...[ids, token, signal]: Parameters<typeof teams.source.read>) => {
      if (ids.includes(guid(1))) throw new GraphUnavailableError('Microsoft Graph answered 503.');
      if (ids.includes(guid(2))) throw new GraphThrottledError('Microsoft Graph asked to wait another 60 s.', 60_000);
      return teams.source.read(ids, token, signal);
    },
  };
  time.advance(126_000);
  await pollerOf(store, ofShard)(log);
  expect((await explain('?key=1001')).cause).toContain('s: Microsoft Graph answered 503.');
  expect((await explain('?key=1002')).cause).toContain('s: Microsoft Graph asked to wait another 60 s.');
  time.advance(60_000);
  await pollerOf(store)(log);
  time.advance(126_000);
  for (const key of ['1001', '1002']) expect((await explain(`?key=${key}`)).cause).toContain('nothing has polled');
});

test('does not blame what was no reason: everybody was read, and then nobody asked', async () => {
  const { explain, time, pollerOf, presence: store, log, teams } = await setUp();
  const state = { ...(await tokens.state()), faults: [new VaultError('Key Vault answered 503.')] };
  await pollerOf(store, teams.source, { ...tokens, state: async () => state })(log);
  time.advance(500_000);
  expect((await explain('?key=1001')).cause).toBe(
    'Teams has not been read for 500 s: nothing has polled since then, the timer may have stopped',
  );
});

test('says of somebody who was just added that the next poll reads him', async () => {
  const { explain, map } = await setUp();
  await map([agent(1), agent(2), agent(3)], 'g0000000002-test');
  expect((await explain('?key=1003')).cause).toBe('Teams has not been read for this person yet: the next poll does');
});

test('never names a setting as the cause', async () => {
  const { explain, time, pollerOf, presence: store, log } = await setUp();
  time.advance(126_000);
  const failing = {
    read: () => Promise.reject(new GraphUnavailableError('Microsoft Graph did not answer. Check HTTPS_PROXY.')),
  };
  await pollerOf(store, failing)(log);
  expect((await explain('?key=1001')).cause).toBe('Teams has not been read for 126 s: Microsoft Graph did not answer.');
});

test('says that several people fit a row, in why and hint alike', async () => {
  const { explain, map } = await setUp();
  const ambiguous = { account: 'not-in-directory', ambiguous: true, objectId: '' } as const;
  await map([agent(1, ambiguous)], 'g0000000002-test');
  const { why, hint } = await explain('?key=1001');
  expect(why).toBe('several people in the directory fit the row of the agent');
  expect(hint).toContain('Several people');
});

test('points out who is Available for a suspiciously long time', async () => {
  const { explain, time, poller } = await setUp();
  expect((await explain('?key=1002')).hint).toBe('');
  time.advance(14 * HOUR);
  await poller()();
  expect((await explain('?key=1002')).hint).toContain('Available for 14 h without any change');
  expect((await explain('?key=1001')).hint).toBe('');
  // Nobody knows what Teams showed while it was not read.
  time.advance(HOUR);
  expect((await explain('?key=1002')).hint).toBe('');
});

test('a timer with a slow schedule has not stopped', async () => {
  const here = world();
  await here.map([agent(1)]);
  await here.poller()();
  await here.map([agent(1), agent(2)], 'g0000000002-test');
  here.time.advance(300_000);
  const reader = here.reader();
  const explained = async (staleAfterMs: number) => {
    const handler = explainHandler({
      readPresence: () => async (_log, options) => ({ ...(await reader.read(options)), renewed: false }),
      ...{ defaultCountry: 'DE', clock: here.time.clock, suspiciousAfterMs: 0, limits: { ...LIMITS, staleAfterMs } },
    });
    const { body } = await handler(httpCall.request('GET', '/explain?key=1002'), here.log);
    return (JSON.parse(String(body)) as { cause: string }).cause;
  };
  expect(await explained(1_200_000)).toContain('the next poll does');
  expect(await explained(60_000)).toContain('the timer may have stopped');
});
