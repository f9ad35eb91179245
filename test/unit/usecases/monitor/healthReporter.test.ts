import { describe, expect, test } from 'vitest';
import { refusal } from '../../../../shared/domain/signIn/aadsts.ts';
import { type Expiry, UNKNOWN_EXPIRY } from '../../../../shared/domain/signIn/expiry.ts';
import { StoreUnavailableError } from '../../../../shared/errors/errors.ts';
import { healthAnswer } from '../../../../shared/http/monitor/healthAnswer.ts';
import type { PresenceStore } from '../../../../shared/ports/presenceStore.ts';
import { healthReporter } from '../../../../shared/usecases/monitor/healthReporter.ts';
import { pullMonitor } from '../../../../shared/usecases/monitor/pullMonitor.ts';
import { presencePoller } from '../../../../shared/usecases/poll/presencePoller.ts';
import { shardReader } from '../../../../shared/usecases/poll/shardReader.ts';
import { agent, guid } from '../../../support/builders.ts';
import { sleepForever } from '../../../support/clock.ts';
import { watched } from '../../../support/stores.ts';
import { forecast, LIMITS, tokens, world } from '../../../support/world.ts';

function setUp(presence?: (store: PresenceStore) => PresenceStore) {
  const here = world();
  const reader = here.reader(presence?.(here.presence) ?? here.presence);
  const report = healthReporter({
    reader,
    pulls: pullMonitor(here.time),
    limits: LIMITS,
    clock: here.time.clock,
    vaultName: 'contoso',
  });
  // What a monitor reads.
  return { ...here, health: async () => JSON.parse(String(healthAnswer(await report(), '1.2.3').body)) };
}

test('is flat, and ok after a poll that met no fault', async () => {
  const { map, poller, health } = setUp();
  await map([agent(1), agent(2, { account: 'not-in-directory' })]);
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

test('names what keeps a cycle from being published', async () => {
  const { map, poller, health, presence, time } = setUp();
  await map([agent(1)]);
  await poller()();
  time.advance(10_000);
  const sealed = watched(presence, ({ method }) => {
    if (method === 'writeDocument') throw new StoreUnavailableError('The table "presence" may not be written.');
  });
  await map([agent(1), agent(2)], 'g0000000002-test');
  await expect(poller(sealed)()).rejects.toBeInstanceOf(StoreUnavailableError);
  expect(await health()).toMatchObject({
    state: 'degraded',
    fault1: 'The table "presence" may not be written.',
    lastPollAgeSeconds: 0,
  });
  const gone = watched(presence, ({ method }) => {
    if (method !== 'readHead' && method !== 'readDocument') throw new StoreUnavailableError('Nothing may be written.');
  });
  await expect(poller(gone)()).rejects.toThrow('Nothing may be written.');
  await poller()();
  time.advance(500);
  expect(await health()).toMatchObject({ state: 'ok', fault1: '' });
});

test('is down when polling is dead', async () => {
  const { map, poller, health, time } = setUp();
  await map([agent(1)]);
  await poller()();
  time.advance(121_000);
  expect(await health()).toMatchObject({ status: 503, state: 'down', lastPollAgeSeconds: 121 });
});

test('is degraded when the timer is silent, although questions keep the data fresh', async () => {
  const { map, pollerOf, log, health, time } = setUp();
  await map([agent(1)]);
  const poll = pollerOf();
  await poll(log);
  time.advance(LIMITS.unknownAfterMs + 1_000);
  await poll(log, { isTimer: false, isHealing: true, isWanted: () => true });
  expect(await health()).toMatchObject({ status: 200, state: 'degraded', reason: expect.stringMatching(/^The timer/) });
  await poll(log);
  time.advance(1_000);
  expect(await health()).toMatchObject({ state: 'ok' });
});

test('says that nobody is mapped', async () => {
  const { poller, health } = setUp();
  await poller()();
  expect(await health()).toMatchObject({ status: 200, state: 'degraded', reason: expect.stringContaining('upload') });
});

test('names the fault of the sign-in', async () => {
  const { map, health, time, log, ...here } = setUp();
  await map([agent(1)]);
  const wrongPassword = refusal(50126);
  const poll = presencePoller({
    ...here,
    tokens: { ...tokens, token: () => Promise.reject(wrongPassword) },
    readShards: async () => [],
    forecast,
    ...time,
    sleep: sleepForever,
  });
  await (await poll(log)).rest;
  expect(await health()).toMatchObject({ status: 503, state: 'down', fault1: wrongPassword.message });
});

test('is down when the tables cannot be read, and says so', async () => {
  const { health } = setUp(store =>
    watched(store, () => {
      throw new StoreUnavailableError('Table Storage cannot be reached.');
    }),
  );
  expect(await health()).toMatchObject({ status: 503, state: 'down', fault1: 'Table Storage cannot be reached.' });
});

describe('what ends', () => {
  const DAY = 86_400_000;

  async function healthWith(
    secretDays: number | undefined,
    passwordDays: number | undefined,
    proof: 'vault' | 'certificate' = 'vault',
  ) {
    const here = setUp();
    await here.map([agent(1)]);
    const { clock } = here.time;
    const expiry = (days: number | undefined, source: Expiry['source']): Expiry =>
      days === undefined ? UNKNOWN_EXPIRY : { at: clock() + days * DAY, source };
    const readShards = shardReader({ source: here.teams.source, tokens, ...here.time, concurrency: 1 });
    const expiries = { secretExpiry: expiry(secretDays, proof), passwordExpiry: expiry(passwordDays, 'directory') };
    const poll = presencePoller({
      ...here,
      tokens,
      readShards,
      forecast: async () => expiries,
      ...here.time,
      sleep: sleepForever,
    });
    await (await poll(here.log)).rest;
    return here.health();
  }

  test('in a while is ok', async () => {
    expect(await healthWith(31, 400)).toMatchObject({
      state: 'ok',
      secretDaysLeft: 31,
      secretExpiry: 'ok',
      expiryHint: '',
    });
  });

  test.each([
    [30, 'warning'],
    [15, 'critical'],
  ] as const)('in %i days is %s, with date and source', async (days, expiry) => {
    const health = await healthWith(days, 400);
    expect(health).toMatchObject({ status: 200, state: 'degraded', secretExpiry: expiry, secretExpirySource: 'vault' });
    expect(health.fault1).toContain(`The client secret ends on ${health.secretExpiresOn}, in ${days} days (vault)`);
    expect((await healthWith(400, days)).fault1).toContain(`in ${days} days (directory)`);
  });

  test('is called what it is, and said as it is when it is over', async () => {
    expect((await healthWith(5, 400, 'certificate')).fault1).toMatch(
      /^The client certificate ends on .*, in 5 days .*teams-client-certificate/,
    );
    expect((await healthWith(-12, 400, 'certificate')).fault1).toMatch(/^The client certificate ended on /);
    expect((await healthWith(400, -1)).fault1).toMatch(/^The user's password ended on /);
  });

  test('unknown is never ok, and comes with the command that sets it', async () => {
    const health = await healthWith(undefined, undefined);
    expect(health).toMatchObject({
      secretDaysLeft: -1,
      secretExpiry: 'unknown',
      passwordDaysLeft: -1,
      passwordExpiry: 'unknown',
    });
    expect(health.expiryHint).toContain('--vault-name contoso --name teams-client-secret --expires');
    expect(health.expiryHint).toContain('--name teams-user-password');
  });
});

test('says of a reading from tomorrow that a clock is wrong', async () => {
  const { map, poller, health, time } = setUp();
  await map([agent(1)]);
  const now = time.clock();
  time.set(now + 86_400_000);
  await poller()();
  time.set(now);
  time.advance(1_000);
  expect(await health()).toMatchObject({ state: 'down', reason: expect.stringContaining('clock') });
});
