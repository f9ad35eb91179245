import { expect, test } from 'vitest';
import { longestGapSeconds, occurrences, occurrencesAfter, readSchedule } from '../../../shared/lib/schedule.ts';

test.each([
  ['*/10 * * * * *', '*/10 * * * * *'],
  ['0 0 3 * JAN-mar Mon,Fri', '0-0 0-0 3-3 * 1-3 1-1,5-5'],
  [' 0  5/15 * * * * ', '0-0 5-59/15 * * * *'],
])('%j is read as %j', (text, pattern) => {
  expect(readSchedule(text)).toBe(pattern);
});

test.each([
  '* * * * *',
  '60 * * * * *',
  '0 0 0 30 2 *',
  '0 0 0 L * *',
  '0 0 0 * * 7',
  '*-5 * * * * *',
  '*/0 * * * * *',
  '',
])('%j is none: the platform would refuse it, or it never comes', text => {
  expect(readSchedule(text)).toBeUndefined();
});

test.each([
  ['*/10 * * * * *', 10],
  ['0 */5 * * * *', 300],
  ['0 0 8,20 * * *', 43_200],
  ['0 0 3 * * *', 86_400],
  ['0 0 3 * * 1', 86_400],
  ['50 59 23 * * *', 86_400],
])('%j leaves at most %i seconds between two runs', (text, seconds) => {
  expect(longestGapSeconds(readSchedule(text) ?? '')).toBe(seconds);
});

test('runs are in UTC, and day of the month and of the week must both fit', () => {
  const start = Date.UTC(2026, 9, 25, 0, 0, 5);
  expect(occurrencesAfter(readSchedule('0 0 3 * * *') ?? '', start, 2)).toEqual([
    Date.UTC(2026, 9, 25, 3),
    Date.UTC(2026, 9, 26, 3),
  ]);
  expect(occurrencesAfter(readSchedule('0 0 0 13 * 5') ?? '', start, 1)).toEqual([Date.UTC(2026, 10, 13)]);
  expect(occurrences(readSchedule('* * * * * *') ?? '', 3)).toHaveLength(3);
});
