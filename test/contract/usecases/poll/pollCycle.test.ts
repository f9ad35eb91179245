import { describe, expect, test } from 'vitest';
import {
  GraphThrottledError,
  GraphUnavailableError,
  SignInUnavailableError,
} from '../../../../shared/errors/errors.ts';
import { pollCycle } from '../../../../shared/usecases/poll/pollCycle.ts';
import { shardReader } from '../../../../shared/usecases/poll/shardReader.ts';
import { agent, guid, presence } from '../../../support/builders.ts';
import { sleepForever } from '../../../support/clock.ts';
import { ADAPTERS } from '../../../support/stores.ts';
import { forecast, tokens, world } from '../../../support/world.ts';

const TIMER = { isTimer: true, isHealing: false, isWanted: () => true };

describe.each(ADAPTERS)('a cycle through %s', (_name, create) => {
  /** A cycle over two people in two shards. @param faults what Graph answers for each of them in place of a presence */
  async function setUp(faults: readonly (Error | undefined)[] = []) {
    const here = world(create(), 1);
    await here.map([agent(1), agent(2)]);
    const source = {
      async read(ids: readonly string[], ...rest: [never, never]) {
        const fault = faults[ids[0] === guid(1) ? 0 : 1];
        if (fault !== undefined) throw fault;
        return here.teams.source.read(ids, ...rest);
      },
    };
    const deps = { ...here, ...here.time, sleep: sleepForever, tokens, forecast, shardSize: 1 };
    const run = (more: object = {}, options = TIMER) =>
      pollCycle({ ...deps, readShards: shardReader({ source, tokens, ...here.time }), ...more })(here.log, options);
    return { ...here, run };
  }

  const out = new GraphUnavailableError('Out.');
  const wait = new GraphThrottledError('Wait.', 60_000);

  test.each([
    ['complete', []],
    ['partial', [out]],
    ['failed', [out, out]],
    ['throttled', [wait, wait]],
    ['throttled', [undefined, wait]],
  ] as const)('it is %s with the faults %j', async (result, faults) => {
    const { run } = await setUp(faults);
    const done = await run();
    await done.rest;
    expect(done.result).toBe(result);
  });

  test('what was read is published although others failed, and the report says what kept them', async () => {
    const here = await setUp([undefined, out]);
    here.teams.shown.set(guid(1), presence('Busy', 'InACall'));
    await (await here.run()).rest;
    expect(await here.coldRules()).toEqual({ 1001: 'in-a-call', 1002: 'never-seen' });
    const report = (await here.presence.readHead())?.head.report;
    expect(report).toMatchObject({ failedShards: 1, succeededAt: 0, faults: [{ code: 'graph_unavailable' }] });
  });

  test('without a token nobody is asked, and nothing that is known is lost', async () => {
    const here = await setUp();
    await (await here.run()).rest;
    here.time.advance(1_000);
    const noToken = { ...tokens, token: async () => Promise.reject(new SignInUnavailableError('Entra is out.')) };
    const done = await here.run({ tokens: noToken });
    await done.rest;
    expect([done.result, here.teams.calls.length]).toEqual(['failed', 2]);
    expect(await here.coldRules()).toEqual({ 1001: 'available', 1002: 'available' });
  });

  test('what was read is published before a slow forecast, which is added when it comes', async () => {
    const { presence: store, run } = await setUp();
    const ends = { at: 1_800_000_000_000, source: 'directory' } as const;
    let answer = (_: { secretExpiry: typeof ends; passwordExpiry: typeof ends }) => {};
    const slow = new Promise<{ secretExpiry: typeof ends; passwordExpiry: typeof ends }>(resolve => (answer = resolve));
    const report = async () => (await store.readHead())?.head.report;

    const done = await run({ forecast: () => slow });
    expect(done.result).toBe('complete');
    expect((await report())?.succeededAt).toBeGreaterThan(0);
    expect((await report())?.passwordExpiry).not.toEqual(ends);
    answer({ secretExpiry: ends, passwordExpiry: ends });
    await done.rest;
    expect(await report()).toMatchObject({ secretExpiry: ends, passwordExpiry: ends });
  });

  test('a forecast that fails, however, is logged and costs no poll', async () => {
    const here = await setUp();
    const done = await here.run({ forecast: () => Promise.reject(new TypeError('No such thing.')) });
    await done.rest;
    expect([done.result, await here.coldRules()]).toEqual(['complete', { 1001: 'available', 1002: 'available' }]);
    expect(here.events.filter(([event]) => event === 'poll.failed')).toHaveLength(1);
  });

  test('a poll that nobody wants any more asks nobody; the timer leaves its mark', async () => {
    const here = await setUp();
    here.time.advance(1_000);
    const done = await here.run({}, { ...TIMER, isWanted: () => false });
    expect([done.result, here.teams.calls.length]).toEqual(['not-wanted', 0]);
    expect((await here.presence.readHead())?.head.report).toMatchObject({ timerAt: here.time.clock(), attemptedAt: 0 });
  });
});
