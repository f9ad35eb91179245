import { describe, expect, test } from 'vitest';
import { GraphUnavailableError, StoreUnavailableError } from '../../../../shared/errors/errors.ts';
import { occurrencesAfter, readSchedule } from '../../../../shared/lib/schedule.ts';
import { pollHealer } from '../../../../shared/usecases/poll/pollOnDemand.ts';
import { agent, guid, presence } from '../../../support/builders.ts';
import { memoryPollLease } from '../../../support/memoryPollLease.ts';
import { world } from '../../../support/world.ts';

const SCHEDULE = readSchedule('*/10 * * * * *') ?? '';

async function start() {
  const here = world();
  await here.map([agent(1)]);
  const poll = here.poller();
  await poll();
  const { clock } = here.time;
  const lease = memoryPollLease(clock);
  const outage = { value: false };
  const source = {
    read: (...args: Parameters<typeof here.teams.source.read>) =>
      outage.value ? Promise.reject(new GraphUnavailableError('No answer.')) : here.teams.source.read(...args),
  };
  /** As long as nothing lets it go on, a wait does not end. */
  const waits: (() => void)[] = [];
  const sleep = () => new Promise<void>(resolve => waits.push(resolve));
  const instance = (own = here.poller(here.presence, source)) =>
    pollHealer({ lease, poll: () => own(), schedule: SCHEDULE, clock, sleep });
  const head = async () => {
    const stored = await here.presence.readHead();
    if (stored === undefined) throw new Error('no head');
    return stored.head;
  };
  const calls = () => here.teams.calls.length;
  return { ...here, instance, head, calls, waits, outage, lease };
}

test('while the timer is alive nobody polls in its place, also when a cycle takes its whole budget', async () => {
  const here = await start();
  const heal = here.instance();
  const before = here.calls();
  for (let seconds = 0; seconds <= 35; seconds += 5) {
    expect(await heal(await here.head(), here.log)).toBe(false);
    here.time.advance(5_000);
  }
  expect(here.calls()).toBe(before);
});

test('a read polls in place of a timer that has stopped, and has the new state', async () => {
  const here = await start();
  here.teams.shown.set(guid(1), presence('Busy', 'InACall'));
  here.time.advance(40_000);
  const before = here.calls();
  expect(await here.instance()(await here.head(), here.log)).toBe(true);
  expect(here.calls()).toBe(before + 1);
  expect(await here.coldRules()).toEqual({ 1001: 'in-a-call' });
});

test('of many reads on many instances one polls', async () => {
  const here = await start();
  here.time.advance(40_000);
  const before = here.calls();
  const instances = [here.instance(), here.instance(), here.instance()];
  const stored = await here.head();
  const results = await Promise.all(instances.flatMap(heal => [heal(stored, here.log), heal(stored, here.log)]));
  expect(results.filter(Boolean)).toHaveLength(1);
  expect(here.calls()).toBe(before + 1);
});

test('whoever asked waits two seconds, and the poll goes on without them', async () => {
  const here = await start();
  let finish: (complete: boolean) => void = () => undefined;
  const slow = () => new Promise<boolean>(resolve => (finish = resolve));
  here.time.advance(40_000);
  const healing = here.instance(slow)(await here.head(), here.log);
  await expect.poll(() => here.waits.length).toBe(1);
  here.waits[0]?.();
  expect(await healing).toBe(false);
  finish(true);
});

test('after an attempt that failed nobody waits for half a minute, and Graph is asked once in a budget', async () => {
  const here = await start();
  here.outage.value = true;
  here.time.advance(40_000);
  const heal = here.instance();
  expect(await heal(await here.head(), here.log)).toBe(false);
  const failed = await here.head();
  expect(failed.report.failedShards).toBe(1);
  // That attempt is on record: the next one has to become overdue first.
  here.time.advance(20_000);
  expect(await heal(await here.head(), here.log)).toBe(false);
  here.outage.value = false;
  here.time.advance(20_000);
  expect(await heal(await here.head(), here.log)).toBe(true);
});

test('a wait that Graph asked for, and an ACD without agents, are left alone', async () => {
  const here = await start();
  here.time.advance(40_000);
  const stored = await here.head();
  const heal = here.instance();
  const waiting = stored.shards.map(stamp => ({ ...stamp, notBefore: here.time.clock() + 1_000 }));
  expect(await heal({ ...stored, shards: waiting }, here.log)).toBe(false);
  expect(await heal({ ...stored, agents: { id: '', count: 0 } }, here.log)).toBe(false);
});

test('where no poll was ever heard of, the timer gets its time from the first question on', async () => {
  const here = await start();
  const stored = await here.head();
  const never = { ...stored, report: { ...stored.report, attemptedAt: 0 } };
  const heal = here.instance();
  expect(await heal(never, here.log)).toBe(false);
  here.time.advance(30_000);
  expect(await heal(never, here.log)).toBe(false);
  here.time.advance(10_000);
  expect(await heal(never, here.log)).toBe(true);
});

test('an attempt that a wrong clock recorded for tomorrow keeps nobody from polling', async () => {
  const here = await start();
  const stored = await here.head();
  const tomorrow = { ...stored, report: { ...stored.report, attemptedAt: here.time.clock() + 86_400_000 } };
  expect(await here.instance()(tomorrow, here.log)).toBe(true);
});

test('a lease that hangs is waited for no longer than a poll', async () => {
  const here = await start();
  here.time.advance(40_000);
  const hanging = { take: () => new Promise<boolean>(() => undefined) };
  const sleep = () => new Promise<void>(resolve => here.waits.push(resolve));
  const heal = pollHealer({ lease: hanging, poll: here.poller(), schedule: SCHEDULE, clock: here.time.clock, sleep });
  const healing = heal(await here.head(), here.log);
  await expect.poll(() => here.waits.length).toBe(1);
  here.waits[0]?.();
  expect(await healing).toBe(false);
});

test('without the tables the copy is answered', async () => {
  const here = await start();
  here.time.advance(40_000);
  const broken = { take: () => Promise.reject(new StoreUnavailableError('Gone.')) };
  const { clock, sleep } = here.time;
  const heal = pollHealer({ lease: broken, poll: here.poller(), schedule: SCHEDULE, clock, sleep });
  expect(await heal(await here.head(), here.log)).toBe(false);
});

describe('occurrences after an instant', () => {
  test.each([
    ['*/10 * * * * *', '2026-11-24T08:00:00.200Z', ['2026-11-24T08:00:10.000Z', '2026-11-24T08:00:20.000Z']],
    ['0 */5 * * * *', '2026-11-24T08:04:59Z', ['2026-11-24T08:05:00.000Z', '2026-11-24T08:10:00.000Z']],
  ])('%s', (pattern, instant, expected) => {
    const times = occurrencesAfter(readSchedule(pattern) ?? '', Date.parse(instant), 2);
    expect(times.map(time => new Date(time).toISOString())).toEqual(expected);
  });
});
