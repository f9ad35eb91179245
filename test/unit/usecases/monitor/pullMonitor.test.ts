import { expect, test } from 'vitest';
import { pullMonitor } from '../../../../shared/usecases/monitor/pullMonitor.ts';
import { manualClock } from '../../../support/clock.ts';

function setUp() {
  const time = manualClock();
  const lines: Record<string, string | number>[] = [];
  const pulls = pullMonitor(time);
  const count = (ageSeconds: number, { status = 200, renewed = false } = {}) =>
    pulls.count({ status, ageSeconds, renewed }, (_event, fields) => void lines.push(fields));
  return { time, lines, pulls, count };
}

test('knows the pulls of the last hour, and how old the data was', () => {
  const { time, pulls, count } = setUp();
  expect(pulls.counts()).toEqual({ lastAt: 0, pulls: 0, renewed: 0, ageP50: -1, ageP99: -1 });
  for (let second = 0; second < 200; second += 1) {
    count(second === 150 ? 40 : second % 2, { renewed: second % 10 === 0 });
    time.advance(1_000);
  }
  expect(pulls.counts()).toMatchObject({ pulls: 200, renewed: 20, ageP50: 1, ageP99: 1 });
  time.advance(3_600_000);
  count(999_999);
  expect(pulls.counts()).toMatchObject({ pulls: 1, ageP50: 300, lastAt: time.clock() });
});

test('counts the last hour as it passed, also when the clock is set back by a day', () => {
  const { time, pulls, count } = setUp();
  for (let pull = 0; pull < 10; pull += 1) count(300);
  time.set(time.clock() - 86_400_000);
  for (let minutes = 0; minutes < 120; minutes += 5) {
    count(1);
    time.advance(5 * 60_000);
  }
  expect(pulls.counts()).toMatchObject({ pulls: 12, ageP99: 1 });
});

test('says once a minute how many there were', () => {
  const { time, lines, count } = setUp();
  for (let second = 0; second < 121; second += 1) {
    count(0, { status: second % 2 === 0 ? 200 : 304 });
    time.advance(1_000);
  }
  expect(lines.map(({ pulls }) => pulls)).toEqual([1, 60, 60]);
  expect(lines[1]).toEqual({ pulls: 60, unchanged: 30, renewed: 0 });
});
