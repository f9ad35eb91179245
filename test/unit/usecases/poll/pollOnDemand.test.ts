import { describe, expect, test } from 'vitest';
import { GraphThrottledError, GraphUnavailableError, StoreUnavailableError } from '../../../../shared/errors/errors.ts';
import { occurrencesAfter, readSchedule } from '../../../../shared/lib/schedule.ts';
import type { PollLease } from '../../../../shared/ports/pollLease.ts';
import { onePollAtATime } from '../../../../shared/usecases/poll/onePollAtATime.ts';
import { type OnDemandDeps, pollOnDemand } from '../../../../shared/usecases/poll/pollOnDemand.ts';
import type { PollDone } from '../../../../shared/usecases/poll/presencePoller.ts';
import { readFresh } from '../../../../shared/usecases/read/readFresh.ts';
import { agent, guid, presence } from '../../../support/builders.ts';
import { memoryPollLease } from '../../../support/memoryPollLease.ts';
import { world } from '../../../support/world.ts';

const SCHEDULE = readSchedule('*/10 * * * * *') ?? '';

/** @param freshWithinMs 0 is the self-healing alone */
async function start(freshWithinMs: number, shardSize?: number) {
  const here = world({}, shardSize);
  await here.map([agent(1), agent(2)]);
  const poll = here.pollerOf();
  const timer = async () => (await poll(here.log)).rest;
  await timer();
  const { clock, monotonic } = here.time;
  const lease: PollLease = memoryPollLease(clock);
  const graph = { fault: undefined as Error | undefined };
  const source = {
    read: (...args: Parameters<typeof here.teams.source.read>) =>
      graph.fault === undefined ? here.teams.source.read(...args) : Promise.reject(graph.fault),
  };
  /** As long as nothing lets it go on, a wait does not end. */
  const waits: { ms: number; end: () => void }[] = [];
  const sleep = (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      waits.push({ ms, end: resolve });
      signal?.addEventListener('abort', () => reject(new Error('over')));
    });
  const readHead = async () => (await here.presence.readHead())?.head;
  const head = async () => {
    const found = await readHead();
    if (found === undefined) throw new Error('no head');
    return found;
  };
  const instance = (rest: Partial<OnDemandDeps> = {}) => {
    const poll = here.pollerOf(here.presence, source);
    const onDemand = pollOnDemand({
      ...{ lease, poll, readHead, freshWithinMs, schedule: SCHEDULE, clock, monotonic, sleep },
      ...rest,
    });
    const read = readFresh({ reader: here.reader(), onDemand, monotonic, sleep });
    const rules = async () =>
      Object.fromEntries((await read(here.log)).snapshot.entries.map(({ record }) => [record.agentId, record.rule]));
    return { onDemand, read, rules };
  };
  const calls = () => here.teams.calls.length;
  return { ...here, timer, instance, head, calls, waits, sleep, graph, lease };
}

const settled = () => new Promise(resolve => setImmediate(resolve));

describe('a read', () => {
  test('of data from just now asks nobody', async () => {
    const here = await start(2_000);
    const { rules } = here.instance();
    const before = here.calls();
    here.time.advance(999);
    await rules();
    await settled();
    expect(here.calls()).toBe(before);
  });

  test('of data older than half the setting has it renewed, and does not wait', async () => {
    const here = await start(2_000);
    const { rules } = here.instance();
    here.teams.shown.set(guid(1), presence('Busy', 'InACall'));
    const before = here.calls();
    here.time.advance(1_000);
    expect((await rules())['1001']).toBe('available');
    await settled();
    expect(here.calls()).toBe(before + 1);
    here.time.advance(500);
    expect((await rules())['1001']).toBe('in-a-call');
  });

  test('of data older than the setting waits for the renewal', async () => {
    const here = await start(2_000);
    const { rules } = here.instance();
    await rules();
    here.teams.shown.set(guid(1), presence('Busy', 'InACall'));
    here.time.advance(2_000);
    expect((await rules())['1001']).toBe('in-a-call');
  });

  test('waits 0.8 s at most, then answers with what there is and its true age', async () => {
    const here = await start(2_000);
    const { read } = here.instance({ poll: () => new Promise(() => undefined) });
    here.time.advance(5_000);
    const answer = read(here.log);
    await expect.poll(() => here.waits.map(({ ms }) => ms)).toContain(800);
    here.waits.find(({ ms }) => ms === 800)?.end();
    const { snapshot } = await answer;
    expect(snapshot.summary(here.time.clock()).ageSeconds).toBe(5);
  });

  test('waits no more than what is left of 0.8 s for a poll that somebody else started', async () => {
    const here = await start(2_000);
    const { onDemand } = here.instance({ poll: () => new Promise(() => undefined) });
    here.time.advance(5_000);
    const head = await here.head();
    expect(onDemand.renew(head)?.waitMs).toBe(800);
    here.time.advance(300);
    expect(onDemand.renew(head)?.waitMs).toBe(500);
    here.time.advance(500);
    expect(onDemand.renew(head)).toBeUndefined();
    here.time.advance(5_000);
    expect(onDemand.renew(head)).toBeUndefined();
  });

  test.each([0, 2_000])('of nobody asks nobody', async freshWithinMs => {
    const here = await start(freshWithinMs);
    await here.map([], 'g0000000002-test');
    const { rules } = here.instance();
    const before = here.calls();
    here.time.advance(60_000);
    await rules();
    await settled();
    expect(here.calls()).toBe(before);
  });
});

test('of many reads on many instances one polls, and all have what it found', async () => {
  const here = await start(2_000);
  here.teams.shown.set(guid(1), presence('Busy', 'InACall'));
  here.time.advance(3_000);
  const before = here.calls();
  const instances = [here.instance(), here.instance(), here.instance()];
  const answers = instances.flatMap(({ rules }) => [rules(), rules(), rules()]);
  const looking = setInterval(() => {
    for (const wait of here.waits.splice(0)) if (wait.ms === 100) wait.end();
  }, 1);
  for (const answer of await Promise.all(answers)) expect(answer['1001']).toBe('in-a-call');
  clearInterval(looking);
  expect(here.calls()).toBe(before + 1);
});

test('the lease is given back: the next instance polls as soon as it is due', async () => {
  const here = await start(2_000);
  const before = here.calls();
  for (const { rules } of [here.instance(), here.instance(), here.instance()]) {
    here.time.advance(2_000);
    await rules();
  }
  expect(here.calls()).toBe(before + 3);
});

test('a poll that another instance made a moment ago is not made again', async () => {
  const here = await start(2_000);
  const stale = here.instance();
  await stale.rules();
  here.time.advance(2_300);
  await here.instance().rules();
  const before = here.calls();
  const old = (await stale.read(here.log)).snapshot.head;
  stale.onDemand.renew({ ...old, report: { ...old.report, attemptedAt: old.report.attemptedAt - 5_000 } });
  await settled();
  expect(here.calls()).toBe(before);
});

test('a timer that finds data renewed a second ago writes the head and nothing else', async () => {
  const here = await start(2_000);
  here.time.advance(2_000);
  await here.instance().rules();
  const before = await here.presence.listDocuments();
  const revision = (await here.head()).revision;
  here.time.advance(500);
  await here.timer();
  expect(await here.presence.listDocuments()).toEqual(before);
  expect(await here.head()).toMatchObject({ revision, report: { timerAt: here.time.clock() } });
});

test('in one process the timer runs after a poll that is under way, and reads share it', async () => {
  const started: boolean[] = [];
  let end: (done: PollDone) => void = () => undefined;
  const done: PollDone = { result: 'complete', rest: Promise.resolve() };
  const poll = onePollAtATime((_log, options) => {
    started.push(options?.isTimer ?? true);
    return new Promise(resolve => (end = resolve));
  });
  const asked = { isTimer: false, isHealing: false, isWanted: () => true };
  const log = () => undefined;
  const all = [poll(log, asked), poll(log, asked), poll(log)];
  await settled();
  expect(started).toEqual([false]);
  end(done);
  await settled();
  expect(started).toEqual([false, true]);
  end(done);
  expect(await Promise.all(all)).toEqual([done, done, done]);
});

test('many shards are asked for more seldom: never above half of what Microsoft allows', async () => {
  const here = await start(2_000, 1);
  const many = Array.from({ length: 100 }, (_, index) => agent(index));
  await here.map(many, 'g0000000002-test');
  here.time.advance(1_000);
  await here.timer();
  const { rules } = here.instance();
  const before = here.calls();
  here.time.advance(3_999);
  await rules();
  await settled();
  expect(here.calls()).toBe(before);
  here.time.advance(1);
  await rules();
  expect(here.calls()).toBe(before + 100);
});

test('after an attempt that failed nobody waits, and none is started, for half a minute', async () => {
  const here = await start(2_000);
  const { rules } = here.instance();
  here.graph.fault = new GraphUnavailableError('No answer.');
  here.time.advance(3_000);
  await rules();
  expect((await here.head()).report.failedShards).toBe(1);
  here.graph.fault = undefined;
  const before = here.calls();
  for (let second = 0; second < 29; second += 1) {
    here.time.advance(1_000);
    await rules();
    await settled();
  }
  expect(here.calls()).toBe(before);
  here.time.advance(1_000);
  await rules();
  expect(here.calls()).toBe(before + 1);
});

test('once the timer of any instance has succeeded the half minute is over', async () => {
  const here = await start(2_000);
  const { rules } = here.instance();
  here.graph.fault = new GraphUnavailableError('No answer.');
  here.time.advance(3_000);
  await rules();
  here.graph.fault = undefined;
  here.time.advance(7_000);
  await here.timer();
  here.teams.shown.set(guid(1), presence('Busy', 'InACall'));
  here.time.advance(2_000);
  expect((await rules())['1001']).toBe('in-a-call');
});

test('a timer that fails too does not end the half minute', async () => {
  const here = await start(2_000);
  const { rules } = here.instance();
  here.graph.fault = new GraphUnavailableError('No answer.');
  here.time.advance(3_000);
  await rules();
  here.time.advance(7_000);
  await here.pollerOf(here.presence, { read: () => Promise.reject(here.graph.fault) })(here.log);
  here.graph.fault = undefined;
  const before = here.calls();
  here.time.advance(2_000);
  await rules();
  await settled();
  expect(here.calls()).toBe(before);
});

test('after an attempt of anybody that failed none is started by any instance', async () => {
  const here = await start(2_000);
  here.time.advance(2_000);
  const failing = here.pollerOf(here.presence, { read: () => Promise.reject(new GraphUnavailableError('Out.')) });
  await (await failing(here.log)).rest;
  const before = here.calls();
  for (let second = 0; second < 29; second += 1) {
    here.time.advance(1_000);
    expect(here.instance().onDemand.renew(await here.head())).toBeUndefined();
  }
  expect(here.calls()).toBe(before);
});

test('a shard that failed a moment ago is left to the timer; the fault stays in the report', async () => {
  const here = await start(2_000, 1);
  let asked = 0;
  const poll = here.pollerOf(here.presence, {
    read: async (ids, ...rest) => {
      if (!ids.includes(guid(2))) return here.teams.source.read(ids, ...rest);
      asked += 1;
      throw new GraphUnavailableError('No answer.');
    },
  });
  const { rules } = here.instance({ poll });
  for (let second = 0; second < 28; second += 2) {
    here.time.advance(2_000);
    await rules();
  }
  expect(asked).toBe(1);
  expect((await here.head()).report).toMatchObject({ failedShards: 1, faults: [{ message: 'No answer.' }] });
  await (await poll(here.log)).rest;
  expect(asked).toBe(2);
  here.time.advance(30_000);
  await rules();
  expect(asked).toBe(3);
});

test('clocks that differ by seconds make no instance ask all the time', async () => {
  const here = await start(2_000);
  const clockAhead = () => here.time.clock() + 5_000;
  const instances = [here.instance(), here.instance({ clock: clockAhead })];
  const before = here.calls();
  for (let step = 0; step < 300; step += 1) {
    here.time.advance(100);
    for (const { onDemand } of instances) onDemand.renew(await here.head());
    await settled();
    // What the one ahead records lies in the future of the other.
    const stored = await here.presence.readHead();
    if (stored !== undefined && step % 10 === 0) {
      const report = { ...stored.head.report, attemptedAt: clockAhead() };
      await here.presence.replaceHead({ ...stored.head, report }, stored.etag);
    }
  }
  expect(here.calls() - before).toBeLessThan(65);
});

test('a shard that fails does not keep the others from being fresh', async () => {
  const here = await start(2_000, 1);
  const { rules } = here.instance({
    poll: here.pollerOf(here.presence, {
      read: async (ids, ...rest) => {
        if (ids.includes(guid(2))) throw new GraphUnavailableError('No answer.');
        return here.teams.source.read(ids, ...rest);
      },
    }),
  });
  for (const [availability, activity, rule] of [
    ['Busy', 'InACall', 'in-a-call'],
    ['Available', 'Available', 'available'],
    ['Away', 'Away', 'away'],
  ] as const) {
    here.teams.shown.set(guid(1), presence(availability, activity));
    here.time.advance(2_000);
    expect((await rules())['1001']).toBe(rule);
  }
});

test('a request that hangs holds up nobody else, and its people follow when it ends', async () => {
  const here = await start(2_000, 1);
  const answers: (() => void)[] = [];
  const hanging = here.pollerOf(
    here.presence,
    {
      read: async (ids, ...rest) => {
        if (ids.includes(guid(2))) await new Promise<void>(resolve => answers.push(resolve));
        return here.teams.source.read(ids, ...rest);
      },
    },
    undefined,
    here.sleep,
  );
  const { rules } = here.instance({ poll: hanging });
  const wake = async () => {
    await settled();
    for (const wait of here.waits.splice(0)) if (wait.ms === 1_500) wait.end();
  };
  here.teams.shown.set(guid(1), presence('Busy', 'InACall'));
  here.teams.shown.set(guid(2), presence('Busy', 'InACall'));
  here.time.advance(2_000);
  const first = rules();
  await wake();
  expect(await first).toEqual({ 1001: 'in-a-call', 1002: 'available' });
  here.teams.shown.set(guid(1), presence('Away', 'Away'));
  here.time.advance(2_000);
  expect(await rules()).toEqual({ 1001: 'away', 1002: 'available' });
  expect((await here.head()).report).toMatchObject({
    failedShards: 1,
    faults: [{ message: expect.stringContaining('has not answered for 2 s') }],
  });
  for (const answer of answers) answer();
  await settled();
  here.time.advance(500);
  expect(await rules()).toEqual({ 1001: 'away', 1002: 'in-a-call' });
});

test('an instance that dies while it polls keeps the others from it for four seconds', async () => {
  const here = await start(2_000);
  here.time.advance(2_000);
  expect(await here.lease.take(4_000)).toBe(true);
  const { rules } = here.instance();
  here.teams.shown.set(guid(1), presence('Busy', 'InACall'));
  const first = rules();
  for (let looks = 0; looks < 8; looks += 1) {
    await expect.poll(() => here.waits.some(({ ms }) => ms === 100)).toBe(true);
    for (const wait of here.waits.splice(0)) if (wait.ms === 100) wait.end();
  }
  expect((await first)['1001']).toBe('available');
  here.time.advance(4_000);
  expect((await rules())['1001']).toBe('in-a-call');
});

test('a poll that lasts keeps its lease', async () => {
  const here = await start(2_000);
  here.time.advance(2_000);
  const done = Promise.withResolvers<PollDone>();
  const { onDemand } = here.instance({ poll: () => done.promise });
  onDemand.renew(await here.head());
  for (let times = 0; times < 4; times += 1) {
    await expect.poll(() => here.waits.some(({ ms }) => ms === 1_500)).toBe(true);
    here.time.advance(1_500);
    for (const wait of here.waits.splice(0)) if (wait.ms === 1_500) wait.end();
    await settled();
    expect(await here.lease.take(4_000)).toBe(false);
  }
  done.resolve({ result: 'complete', rest: Promise.resolve() });
  await settled();
  expect(await here.lease.take(4_000)).toBe(true);
});

test('a lease that cannot be written for a moment pauses nobody for long', async () => {
  const here = await start(2_000);
  let isOut = true;
  const take: PollLease['take'] = ms =>
    isOut ? Promise.reject(new StoreUnavailableError('Out.')) : here.lease.take(ms);
  const { rules } = here.instance({ lease: { ...here.lease, take } });
  here.time.advance(3_000);
  await rules();
  isOut = false;
  here.teams.shown.set(guid(1), presence('Busy', 'InACall'));
  here.time.advance(5_000);
  expect((await rules())['1001']).toBe('in-a-call');
});

test('a wait that Graph asked for binds reads, and ends when it is over', async () => {
  const here = await start(2_000);
  const { rules } = here.instance();
  here.graph.fault = new GraphThrottledError('Wait.', 5_000);
  here.time.advance(3_000);
  await rules();
  here.graph.fault = undefined;
  const before = here.calls();
  here.time.advance(4_000);
  await rules();
  await settled();
  expect(here.calls()).toBe(before);
  here.time.advance(1_001);
  here.teams.shown.set(guid(1), presence('Busy', 'InACall'));
  expect((await rules())['1001']).toBe('in-a-call');
});

test('what a poll has to say that outlived its request goes out with the next one', async () => {
  const here = await start(2_000);
  const { read } = here.instance();
  here.graph.fault = new GraphUnavailableError('No answer.');
  here.events.length = 0;
  here.time.advance(1_500);
  await read(here.log);
  expect(here.events).toEqual([]);
  await settled();
  await read(here.log);
  expect(here.events.map(([name]) => name)).toContain('poll.failed');
  here.events.length = 0;
  await read(here.log);
  expect(here.events).toEqual([]);
});

test('polls of reads are not logged while the timer is alive, and are when it is silent', async () => {
  const here = await start(2_000);
  const { rules } = here.instance();
  here.events.length = 0;
  here.time.advance(3_000);
  await rules();
  expect(here.events).toEqual([]);
  here.time.advance(60_000);
  await rules();
  expect(here.events.map(([name]) => name)).toEqual(['poll.succeeded', 'poll.healed']);
});

test('a clock that was set back makes no data younger', async () => {
  const here = await start(2_000);
  const { rules } = here.instance();
  here.time.advance(1_500);
  await rules();
  await settled();
  here.time.advance(600);
  await rules();
  const before = here.calls();
  here.time.set(here.time.clock() - 1_900);
  here.time.advance(1_500);
  await rules();
  await settled();
  expect(here.calls()).toBe(before + 1);
});

describe('without the setting', () => {
  test('nobody polls while the timer is alive, also when a cycle takes its whole budget', async () => {
    const here = await start(0);
    const { rules } = here.instance();
    const before = here.calls();
    for (let seconds = 0; seconds <= 35; seconds += 5) {
      await rules();
      here.time.advance(5_000);
    }
    await settled();
    expect(here.calls()).toBe(before);
  });

  test('a read polls in place of a timer that has stopped, and has the new state', async () => {
    const here = await start(0);
    here.teams.shown.set(guid(1), presence('Busy', 'InACall'));
    here.time.advance(40_000);
    expect(await here.instance().rules()).toMatchObject({ 1001: 'in-a-call' });
  });

  test('where no poll was ever heard of, the timer gets its time from the first question on', async () => {
    const here = await start(0);
    const stored = await here.head();
    const never = { ...stored, report: { ...stored.report, attemptedAt: 0, timerAt: 0 } };
    const { onDemand } = here.instance();
    expect(onDemand.renew(never)).toBeUndefined();
    here.time.advance(30_000);
    expect(onDemand.renew(never)).toBeUndefined();
    here.time.advance(10_000);
    expect(onDemand.renew(never)).toMatchObject({ waitMs: 2_000 });
  });

  test('an attempt that a wrong clock recorded for tomorrow keeps nobody from polling', async () => {
    const here = await start(0);
    const stored = await here.head();
    const tomorrow = { ...stored, report: { ...stored.report, attemptedAt: here.time.clock() + 86_400_000 } };
    expect(here.instance().onDemand.renew(tomorrow)).toMatchObject({ waitMs: 2_000 });
  });
});

test.each([0, 2_000])('a lease that cannot be had is no reason to fail', async freshWithinMs => {
  const here = await start(freshWithinMs);
  here.time.advance(40_000);
  const gone = () => Promise.reject(new StoreUnavailableError('Gone.'));
  const { rules } = here.instance({ lease: { take: gone, extend: gone, release: gone } });
  expect(await rules()).toEqual({ 1001: 'available', 1002: 'available' });
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

test('stands in for a silent timer only where it polls itself', async () => {
  const here = await start(2_000);
  const faster: OnDemandDeps['poll'] = async (_log, options) => {
    const head = await here.head();
    // By then another instance has polled.
    expect(options?.isWanted({ ...head, report: { ...head.report, attemptedAt: here.time.clock() } })).toBe(false);
    return { result: 'not-wanted', rest: Promise.resolve() };
  };
  const { rules } = here.instance({ poll: faster });
  here.events.length = 0;
  here.time.advance(60_000);
  await rules();
  await settled();
  await rules();
  expect(here.events).toEqual([]);
});
