import { describe, expect, test } from 'vitest';
import { entraTokenProvider } from '../../shared/adapters/entra/entraTokenProvider.ts';
import type { SignIn } from '../../shared/adapters/entra/signIn.ts';
import type { Credentials } from '../../shared/domain/credentials.ts';
import { SignInRefusedError, SignInUnavailableError } from '../../shared/errors.ts';
import { manualClock } from '../support/clock.ts';

const HOUR = 3_600_000;
const unreachable = new SignInUnavailableError('Entra cannot be reached.');
const refused = (aadsts: number) => new SignInRefusedError('Refused.', aadsts);

function setUp(options: { user?: boolean } = {}) {
  const time = manualClock();
  const user = options.user === false ? undefined : { email: 'reader@contoso.com', password: 'secret' };
  let credentials: Credentials = { tenantId: 't', clientId: 'c', clientSecret: 's', user, version: '1', expiresAt: 7 };
  const attempts: string[] = [];
  let outcome: Error | undefined;
  const signIn: SignIn = async (_credentials, mode) => {
    attempts.push(mode);
    if (outcome !== undefined) throw outcome;
    return { value: `token-${attempts.length}`, expiresAt: time.clock() + HOUR };
  };
  const provider = entraTokenProvider({ read: async () => credentials, fault: () => undefined }, signIn, time.clock);
  return {
    time,
    provider,
    attempts,
    answer: (next: Error | undefined) => {
      outcome = next;
    },
    rotate: () => {
      credentials = { ...credentials, version: `${credentials.version}+` };
    },
  };
}

test('presence is read as the user, people are looked up as the application', async () => {
  const { provider, attempts } = setUp();
  expect((await provider.token('presence')).mode).toBe('delegated');
  expect((await provider.token('directory')).mode).toBe('app-only');
  expect(attempts).toEqual(['delegated', 'app-only']);
});

test('without a user presence is read as the application, with the same token', async () => {
  const { provider, attempts } = setUp({ user: false });
  await provider.token('presence');
  await provider.token('directory');
  expect(attempts).toEqual(['app-only']);
});

test('many callers share one request, and the token until shortly before it ends', async () => {
  const { provider, attempts, time } = setUp();
  await Promise.all([provider.token('presence'), provider.token('presence'), provider.token('presence')]);
  time.advance(HOUR - 5 * 60_000 - 1);
  await provider.token('presence');
  expect(attempts).toHaveLength(1);
  time.advance(1);
  expect((await provider.token('presence')).value).toBe('token-2');
});

test('an outage during renewal is bridged by the last good token, until it ends', async () => {
  const { provider, attempts, time, answer } = setUp();
  await provider.token('presence');
  answer(unreachable);
  time.advance(HOUR - 60_000);
  expect((await provider.token('presence')).value).toBe('token-1');
  expect((await provider.state()).fault).toBe(unreachable);
  await provider.token('presence');
  expect(attempts).toHaveLength(2);
  time.advance(60_000);
  await expect(provider.token('presence')).rejects.toBe(unreachable);
  answer(undefined);
  expect((await provider.token('presence')).value).not.toBe('token-1');
  expect((await provider.state()).fault).toBeUndefined();
});

test('a token that Graph refused is not used again', async () => {
  const { provider } = setUp();
  provider.discard(await provider.token('presence'));
  expect((await provider.token('presence')).value).toBe('token-2');
});

describe('a refused sign-in', () => {
  test('with a wrong password is tried once in 1,000 cycles, and again with a new version', async () => {
    const { provider, attempts, time, answer, rotate } = setUp();
    answer(refused(50126));
    for (let cycle = 0; cycle < 1_000; cycle += 1) {
      await expect(provider.token('presence')).rejects.toMatchObject({ aadsts: 50126 });
      time.advance(10_000);
    }
    expect(attempts).toHaveLength(1);
    rotate();
    answer(undefined);
    expect((await provider.token('presence')).value).toBe('token-2');
  });

  test('for another reason is tried again after an hour', async () => {
    const { provider, attempts, time, answer } = setUp();
    answer(refused(53003));
    for (let cycle = 0; cycle < 361; cycle += 1) {
      await expect(provider.token('presence')).rejects.toMatchObject({ aadsts: 53003 });
      time.advance(10_000);
    }
    expect(attempts).toHaveLength(2);
  });

  test('of the user does not keep the application from signing in', async () => {
    const { provider, answer } = setUp();
    answer(refused(50126));
    await expect(provider.token('presence')).rejects.toBeInstanceOf(SignInRefusedError);
    answer(undefined);
    expect((await provider.token('directory')).mode).toBe('app-only');
  });
});

test('a new secret is used at once, the old token serves while it is refused', async () => {
  const { provider, attempts, answer, rotate } = setUp();
  await provider.token('presence');
  rotate();
  answer(refused(7000215));
  expect((await provider.token('presence')).value).toBe('token-1');
  expect(attempts).toHaveLength(2);
  rotate();
  answer(undefined);
  expect((await provider.token('presence')).value).toBe('token-3');
});
