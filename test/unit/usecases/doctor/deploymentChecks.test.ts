import { expect, test } from 'vitest';
import { StoreUnavailableError } from '../../../../shared/errors/errors.ts';
import { deploymentChecks, storageCheck } from '../../../../shared/usecases/doctor/deploymentChecks.ts';
import { agent } from '../../../support/builders.ts';
import { LIMITS, world } from '../../../support/world.ts';

function setUp() {
  const here = world();
  const checks = deploymentChecks({ reader: here.reader(), limits: LIMITS, clock: here.time.clock });
  const run = (id: string) => checks.find(check => check.id === id)?.run({});
  return { ...here, run };
}

test('the timer is alive while it polls, whatever questions do in its place', async () => {
  const here = setUp();
  await here.map([agent(1)]);
  expect(await here.run('timer')).toMatchObject({ status: 'failed', seen: 'Teams has never been polled' });
  const asked = await here.pollerOf()(here.log, { isTimer: false, isHealing: false, isWanted: () => true });
  await asked.rest;
  here.time.advance(1_000);
  expect(await here.run('timer')).toMatchObject({ status: 'warning' });
  await here.poller()();
  here.time.advance(5_000);
  expect(await here.run('timer')).toMatchObject({ status: 'ok', seen: 'its last poll was 5 s ago' });
  here.time.advance(LIMITS.unknownAfterMs);
  expect(await here.run('timer')).toMatchObject({ status: 'failed', todo: 'Restart the function app.' });
});

test('agents that are not found are worth a look', async () => {
  const here = setUp();
  expect(await here.run('agents')).toMatchObject({ status: 'warning', seen: 'no agents are mapped' });
  await here.map([agent(1), agent(2, { account: 'not-in-directory' })]);
  here.time.advance(1_000);
  expect(await here.run('agents')).toMatchObject({ status: 'warning', seen: '1 of 2 agents are found' });
  await here.map([agent(1)], 'g0000000002-test');
  here.time.advance(1_000);
  expect(await here.run('agents')).toMatchObject({ status: 'ok' });
});

test('storage that cannot be written is a failed step with the fault’s own words', async () => {
  expect(await storageCheck({ write: async () => undefined }).run({})).toMatchObject({ status: 'ok' });
  const out = { write: async () => Promise.reject(new StoreUnavailableError('Table Storage refuses the identity.')) };
  expect(await storageCheck(out).run({})).toMatchObject({
    status: 'failed',
    seen: 'Table Storage refuses the identity.',
  });
});
