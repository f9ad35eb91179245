import { describe, expect, test } from 'vitest';
import {
  daysLeft,
  type Expiry,
  earlier,
  expiryDate,
  expiryState,
  NEVER,
  UNKNOWN_EXPIRY,
} from '../../../../shared/domain/signIn/expiry.ts';
import { GraphUnavailableError } from '../../../../shared/errors/errors.ts';
import type { PasswordPolicy } from '../../../../shared/ports/passwordPolicy.ts';
import { expiryForecast } from '../../../../shared/usecases/signIn/expiryForecast.ts';
import { manualClock } from '../../../support/clock.ts';

const NOW = Date.UTC(2026, 10, 23);
const inDays = (days: number): Expiry => ({ at: NOW + days * 86_400_000, source: 'vault' });

test.each([
  [inDays(31), 31, 'ok', '2026-12-24'],
  [inDays(30), 30, 'warning', '2026-12-23'],
  [inDays(16), 16, 'warning', '2026-12-09'],
  [inDays(15), 15, 'critical', '2026-12-08'],
  [inDays(0), 0, 'critical', '2026-11-23'],
  [inDays(-5), 0, 'critical', '2026-11-18'],
  [UNKNOWN_EXPIRY, -1, 'unknown', ''],
  [{ at: NEVER, source: 'directory' } as const, 999_999, 'ok', ''],
])('%j: %i days, %s, %s', (expiry, days, state, date) => {
  expect([daysLeft(expiry, NOW), expiryState(expiry, NOW), expiryDate(expiry)]).toEqual([days, state, date]);
});

test('the earlier of two known ends counts; an unknown one does not', () => {
  expect(earlier(inDays(3), inDays(2))).toEqual(inDays(2));
  expect(earlier(UNKNOWN_EXPIRY, inDays(2))).toEqual(inDays(2));
  expect(earlier(inDays(3), UNKNOWN_EXPIRY)).toEqual(inDays(3));
  expect(earlier(inDays(3), { at: NEVER, source: 'directory' })).toEqual(inDays(3));
});

describe('the forecast', () => {
  const state = {
    secretExpiry: inDays(40),
    passwordExpiry: UNKNOWN_EXPIRY,
    user: 'reader@contoso.com',
    faults: [],
  };

  function setUp(passwordExpiry: PasswordPolicy['passwordExpiry']) {
    const time = manualClock(NOW);
    let asked = 0;
    const policy: PasswordPolicy = {
      passwordExpiry: (...call) => {
        asked += 1;
        return passwordExpiry(...call);
      },
    };
    return { time, asked: () => asked, forecast: expiryForecast(policy, time.clock) };
  }

  test('takes the password’s end from the directory, asked once an hour', async () => {
    const { forecast, asked, time } = setUp(async () => inDays(9));
    expect(await forecast(state)).toEqual({ secretExpiry: inDays(40), passwordExpiry: inDays(9) });
    time.advance(3_599_999);
    await forecast(state);
    expect(asked()).toBe(1);
    time.advance(1);
    await forecast(state);
    expect(asked()).toBe(2);
  });

  test('is unknown when the directory cannot be asked, and costs nobody anything', async () => {
    const { forecast } = setUp(() => Promise.reject(new GraphUnavailableError('No answer.')));
    expect((await forecast(state)).passwordExpiry).toEqual(UNKNOWN_EXPIRY);
  });

  test('keeps what it knew when the directory fails later, and asks again soon', async () => {
    let failing = false;
    const { forecast, asked, time } = setUp(() =>
      failing ? Promise.reject(new GraphUnavailableError('No.')) : Promise.resolve(inDays(3)),
    );
    await forecast(state);
    failing = true;
    time.advance(3_600_000);
    expect((await forecast(state)).passwordExpiry).toEqual(inDays(3));
    time.advance(299_999);
    await forecast(state);
    expect(asked()).toBe(2);
    time.advance(1);
    await forecast(state);
    expect(asked()).toBe(3);
  });

  test('asks at once for somebody who has just changed something', async () => {
    const { forecast, asked } = setUp(async () => inDays(3));
    await forecast(state);
    await forecast(state, { fresh: true });
    expect(asked()).toBe(2);
  });

  test('of no password at all is never', async () => {
    const { forecast, asked } = setUp(async () => inDays(9));
    expect((await forecast({ ...state, user: undefined })).passwordExpiry.at).toBe(NEVER);
    expect(asked()).toBe(0);
  });
});
