import { expect, test } from 'vitest';
import { type Expiry, NEVER, UNKNOWN_EXPIRY } from '../../../../shared/domain/signIn/expiry.ts';
import { GraphForbiddenError } from '../../../../shared/errors/errors.ts';
import type { CredentialState } from '../../../../shared/ports/tokenProvider.ts';
import { expiryForecast } from '../../../../shared/usecases/signIn/expiryForecast.ts';
import { manualClock } from '../../../support/clock.ts';

const STATE: CredentialState = {
  secretExpiry: { at: 9_000, source: 'vault' },
  passwordExpiry: UNKNOWN_EXPIRY,
  user: 'reader@contoso.com',
  faults: [],
};

function setUp(policy: () => Expiry) {
  const time = manualClock();
  const asked: string[] = [];
  const passwordExpiry = async (email: string) => {
    asked.push(email);
    return policy();
  };
  return { time, asked, forecast: expiryForecast({ passwordExpiry }, time.monotonic) };
}

test('the directory says when the password ends where the vault does not, and is asked once an hour', async () => {
  const { time, asked, forecast } = setUp(() => ({ at: 5_000, source: 'directory' }));
  expect((await forecast(STATE)).passwordExpiry).toEqual({ at: 5_000, source: 'directory' });
  await forecast(STATE);
  expect(asked).toHaveLength(1);
  await forecast(STATE, { fresh: true });
  time.advance(3_600_001);
  await forecast(STATE);
  expect(asked.length).toBeGreaterThanOrEqual(2);
});

test('of the two the earlier one counts', async () => {
  const { forecast } = setUp(() => ({ at: 5_000, source: 'directory' }));
  const vault = { at: 4_000, source: 'vault' } as const;
  expect((await forecast({ ...STATE, passwordExpiry: vault })).passwordExpiry).toEqual(vault);
});

test('another user is asked for at once, and without one there is no password', async () => {
  const { asked, forecast } = setUp(() => UNKNOWN_EXPIRY);
  await forecast(STATE);
  await forecast({ ...STATE, user: 'other@contoso.com' });
  expect(asked).toEqual(['reader@contoso.com', 'other@contoso.com']);
  expect((await forecast({ ...STATE, user: undefined })).passwordExpiry.at).toBe(NEVER);
});

test('a directory that does not let us see it makes the end unknown, not a fault', async () => {
  const { forecast } = setUp(() => {
    throw new GraphForbiddenError('Not allowed.');
  });
  expect(await forecast(STATE)).toEqual({ secretExpiry: STATE.secretExpiry, passwordExpiry: UNKNOWN_EXPIRY });
});
