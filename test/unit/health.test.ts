import { expect, test } from 'vitest';
import { SignInRefusedError, StoreUnavailableError } from '../../shared/errors.ts';
import type { PresenceStore } from '../../shared/ports/presenceStore.ts';
import { presencePoller } from '../../shared/usecases/pollPresence.ts';
import { healthReporter } from '../../shared/usecases/reportHealth.ts';
import { agent, guid } from '../support/builders.ts';
import { watched } from '../support/stores.ts';
import { forecast, LIMITS, tokens, world } from '../support/world.ts';

function setUp(presence?: (store: PresenceStore) => PresenceStore) {
  const here = world();
  const reader = here.reader(presence?.(here.presence) ?? here.presence);
  return { ...here, health: healthReporter(reader, LIMITS, here.time.clock, '1.2.3') };
}

test('is flat, and ok after a poll that met no fault', async () => {
  const { map, poller, health } = setUp();
  await map([agent(1), agent(2, { shard: -1 })]);
  await poller()();
  const answer = await health();
  expect(answer).toMatchObject({
    status: 200,
    state: 'ok',
    agentsMapped: 2,
    agentsFound: 1,
    agentsFailed: 1,
    version: '1.2.3',
  });
  expect(answer).toMatchObject({ signIn: 'app-only', secretDaysLeft: -1, passwordDaysLeft: -1, lastPollAgeSeconds: 0 });
  expect(Object.values(answer).every(value => typeof value === 'string' || typeof value === 'number')).toBe(true);
});

test('is down before the first poll', async () => {
  expect(await setUp().health()).toMatchObject({ status: 503, state: 'down', lastPollAt: '' });
});

test('is degraded with a failed shard, and down once nothing was read for too long', async () => {
  const { map, poller, health, teams, time } = setUp();
  await map([agent(1)]);
  const poll = poller();
  await poll();
  teams.shown.delete(guid(1));
  time.advance(10_000);
  await poll();
  expect(await health()).toMatchObject({
    status: 200,
    state: 'degraded',
    fault1: expect.stringContaining('left out 1 of 1'),
  });
  time.advance(121_000);
  await poll();
  expect(await health()).toMatchObject({ status: 503, state: 'down' });
});

test('is down when polling is dead', async () => {
  const { map, poller, health, time } = setUp();
  await map([agent(1)]);
  await poller()();
  time.advance(121_000);
  expect(await health()).toMatchObject({ status: 503, state: 'down', lastPollAgeSeconds: 121 });
});

test('says that nobody is mapped', async () => {
  const { poller, health } = setUp();
  await poller()();
  expect(await health()).toMatchObject({ status: 200, state: 'degraded', reason: expect.stringContaining('upload') });
});

test('names the fault of the sign-in', async () => {
  const { map, health, time, presence, agents, log } = setUp();
  await map([agent(1)]);
  const refusal = new SignInRefusedError('The password is wrong (AADSTS50126).', 50126);
  const poll = presencePoller({
    presence,
    agents,
    tokens: { ...tokens, token: () => Promise.reject(refusal) },
    readShards: async () => [],
    forecast,
    clock: time.clock,
    sleep: time.sleep,
  });
  await poll(log);
  expect(await health()).toMatchObject({ status: 503, state: 'down', fault1: 'The password is wrong (AADSTS50126).' });
});

test('is down when the tables cannot be read, and says so', async () => {
  const { health } = setUp(store =>
    watched(store, () => {
      throw new StoreUnavailableError('Table Storage cannot be reached.');
    }),
  );
  expect(await health()).toMatchObject({ status: 503, state: 'down', fault1: 'Table Storage cannot be reached.' });
});
