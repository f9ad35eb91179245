import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Head, NO_REPORT, newHead, shardStatus } from '../../shared/domain/snapshot/head.ts';
import { readSchedule } from '../../shared/lib/schedule.ts';
import { pollOnDemand } from '../../shared/usecases/poll/pollOnDemand.ts';
import { memoryPollLease } from '../support/memoryPollLease.ts';
import { monthlyCost, polling, pulling, together, type Usage, warmPulls } from '../support/monthlyCost.ts';
import { randomOf, virtualTime } from '../support/virtualTime.ts';

const OPERATE = readFileSync(new URL('../../docs/operate.md', import.meta.url), 'utf8');
/** One rule every 5 minutes, seven every 15. */
const ALERTS = 1.5 + 7 * 0.5;
const PRIVATE_ENDPOINTS = 25;
const HOUR_MS = 3_600_000;
const SERVICE_DAYS = 22;
const OTHER_DAYS = 8;
/** 5,000 people, Graph at 150 ms. */
const SHARDS = 8;
const POLL_MS = 350;
/** The lease is read, taken and given back; the poll itself takes as many as one of the timer. */
const POLL_TRANSACTIONS = 4 + 3;

/** The amounts in the row of a table that begins so. */
function amounts(row: string): number[] {
  const line = OPERATE.split('\n').find(text => text.startsWith(`| ${row} |`)) ?? '';
  return line.split('|').slice(2, -1).map(Number);
}
const rounded = (value: number) => Math.round(value * 100) / 100;

test('the page says what polling costs', () => {
  const everyFiveTenThirty = (pollSeconds: number) =>
    [5, 10, 30].map(interval => rounded(monthlyCost(polling(interval, pollSeconds))));
  expect(amounts('50 agents')).toEqual(everyFiveTenThirty(1));
  expect(amounts('500 agents')).toEqual(everyFiveTenThirty(1));
  expect(amounts('5,000 agents (2 s a poll)')).toEqual(everyFiveTenThirty(2));
});

test.each([
  ['per call, 2,000 a day', 60_000],
  ['one a minute', 43_200],
  ['one a second', 2_592_000],
  ['a board, 8 hours on 22 days', 22 * 14_400],
])('the page says what pulls cost besides: %s', (row, pulls) => {
  const polls = polling(10, 1);
  const onDemand = monthlyCost(together(polls, pulling(pulls))) - monthlyCost(polls);
  expect(amounts(row)).toEqual([onDemand, warmPulls(pulling(pulls))].map(rounded));
});

test('the page says what it costs in all', () => {
  const POLLING = monthlyCost(polling(10, 1));
  const totals = {
    'frugal: `keepHttpWarm=false`, every 30 s, a task every minute, no alerts': monthlyCost(
      together(polling(30, 1), pulling(43_200)),
    ),
    'default: every 10 s, 2,000 calls a day, no alerts': POLLING + warmPulls(pulling(60_000)),
    'default with alerts': POLLING + warmPulls(pulling(60_000)) + ALERTS,
    'default, asked every second around the clock, no alerts': POLLING + warmPulls(pulling(2_592_000)),
    'default with alerts and `privateNetworking`': POLLING + warmPulls(pulling(60_000)) + ALERTS + PRIVATE_ENDPOINTS,
  };
  for (const [row, total] of Object.entries(totals)) expect(amounts(row), row).toEqual([rounded(total)]);
});

/** A day on which somebody asks at these moments: what the asking uses, with the renewal in it. */
async function day(asks: readonly number[]): Promise<Usage> {
  const start = Date.UTC(2026, 10, 2);
  const time = virtualTime(start);
  const usage = { runs: 0, seconds: 0, transactions: 0 };
  const agents = { id: 'g1', count: 5_000, removalsSince: '' };
  let head: Head = { ...newHead('e', { ...newHead('e').agents, ...agents }), report: NO_REPORT };
  head = { ...head, shards: Array.from({ length: SHARDS }, () => shardStatus(head, 0)) };
  const attempted = (isTimer: boolean) => {
    const attemptedAt = time.now();
    head = {
      ...head,
      report: { ...head.report, attemptedAt, succeededAt: attemptedAt, ...(isTimer && { timerAt: attemptedAt }) },
    };
  };
  attempted(true);
  const onDemand = pollOnDemand({
    lease: memoryPollLease(time.now),
    async poll() {
      usage.transactions += POLL_TRANSACTIONS;
      await time.sleep(POLL_MS);
      attempted(false);
      return { result: 'complete', rest: Promise.resolve() };
    },
    readHead: async () => head,
    freshWithinMs: 2_000,
    schedule: readSchedule('*/10 * * * * *') ?? '',
    clock: time.now,
    monotonic: time.now,
    sleep: time.sleep,
  });
  async function ask(): Promise<void> {
    const arrived = time.now();
    usage.runs += 1;
    usage.transactions += 1;
    const renewal = onDemand.renew(head);
    if (renewal !== undefined) await Promise.race([renewal.poll, time.sleep(renewal.waitMs)]);
    usage.seconds += Math.max(1, (time.now() - arrived) / 1_000);
  }
  const timer = Array.from({ length: 8_640 }, (_, run) => start + run * 10_000);
  const events = [
    ...timer.map(at => ({ at, happen: () => attempted(true) })),
    ...asks.map(at => ({ at: start + at, happen: () => void ask() })),
  ].sort((a, b) => a.at - b.at);
  for (const { at, happen } of events) {
    await time.pass(at - time.now());
    happen();
  }
  await time.pass(HOUR_MS);
  return usage;
}

const times = (usage: Usage, days: number) => together(...Array.from({ length: days }, () => usage));
const every = (ms: number, from: number, to: number) =>
  Array.from({ length: (to - from) / ms }, (_, index) => from + index * ms);

/** Dollars that renewal adds to a month of such days: without it each question is one run and one read. */
function added(service: Usage, other: Usage): number {
  const month = (serviceDay: Usage, otherDay: Usage) =>
    monthlyCost(together(polling(10, 1), times(serviceDay, SERVICE_DAYS), times(otherDay, OTHER_DAYS)));
  return month(service, other) - month(pulling(service.runs), pulling(other.runs));
}

test('fresh when asked adds cents to a month of a call centre', async () => {
  const random = randomOf(1);
  const calls = Array.from({ length: 2_000 }, () => 8 * HOUR_MS + random.below(10 * HOUR_MS));
  const minutes = every(60_000, 30_000, 24 * HOUR_MS + 30_000);
  const board = every(2_000, 9 * HOUR_MS, 17 * HOUR_MS);
  const otherDay = await day(minutes);
  const flow = added(await day([...calls, ...minutes]), otherDay);
  const withBoard = added(await day([...calls, ...minutes, ...board]), otherDay);
  expect(flow).toBeLessThan(1);
  expect(withBoard - flow).toBeLessThan(3);
  expect([rounded(flow), rounded(withBoard - flow)]).toEqual(amounts('fresh when asked'));
});
