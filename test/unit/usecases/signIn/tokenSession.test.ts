import { expect, test } from 'vitest';
import { refusal } from '../../../../shared/domain/signIn/aadsts.ts';
import type { Credentials } from '../../../../shared/domain/signIn/credentials.ts';
import { SignInUnavailableError } from '../../../../shared/errors/errors.ts';
import type { AttemptGuard } from '../../../../shared/usecases/signIn/attemptGuard.ts';
import { tokenSession } from '../../../../shared/usecases/signIn/tokenSession.ts';
import { credentials } from '../../../support/builders.ts';
import { manualClock, sleepForever } from '../../../support/clock.ts';

const HOUR = 3_600_000;
const REFUSED = 7000215;
const credentialsOf = (version: string) => credentials({ version, user: undefined });
const OUT = new SignInUnavailableError('Entra cannot be reached.', { passwordNotSent: true });

function setUp() {
  const time = manualClock();
  const issued: string[] = [];
  let [fault, inVault]: [Error | undefined, Credentials] = [undefined, credentialsOf('1')];
  const guard: AttemptGuard = {
    run: async (wanted, attempt) => ({ ...(await attempt(wanted)), credentials: wanted }),
  };
  const session = tokenSession('app-only', guard, {
    source: { read: async () => inVault, fault: () => undefined },
    async signIn({ version }) {
      issued.push(version);
      if (fault !== undefined) throw fault;
      return { value: `token ${issued.length}`, expiresAt: time.clock() + HOUR };
    },
    ...time,
    sleep: sleepForever,
  });
  return {
    time,
    issued,
    session,
    token: async (version = '1') => (await session.token(credentialsOf(version))).value,
    fail: (error: Error | undefined) => (fault = error),
    store: (version: string) => (inVault = credentialsOf(version)),
  };
}

test('a token serves until five minutes before it ends', async () => {
  const { token, time } = setUp();
  expect([await token(), await token()]).toEqual(['token 1', 'token 1']);
  time.advance(HOUR - 5 * 60_000 - 1);
  expect(await token()).toBe('token 1');
  time.advance(1);
  expect(await token()).toBe('token 2');
});

test('while it cannot be renewed the old one serves to its end, and the fault is known', async () => {
  const { token, time, fail, session } = setUp();
  await token();
  fail(OUT);
  time.advance(HOUR - 60_000);
  expect(await token()).toBe('token 1');
  expect(session.fault()).toBe(OUT);
  session.forgetFault();
  expect(session.fault()).toBeUndefined();
  time.advance(60_000);
  await expect(token()).rejects.toBe(OUT);
});

test('other credentials are used at once', async () => {
  const { token, issued } = setUp();
  await token('1');
  expect(await token('2')).toBe('token 2');
  expect(issued).toEqual(['1', '2']);
});

test('after a refusal the vault is looked into once more, and what is newer there is tried', async () => {
  const { token, issued, fail, store } = setUp();
  fail(refusal(REFUSED));
  store('2');
  await expect(token('1')).rejects.toMatchObject({ aadsts: REFUSED });
  expect(issued).toEqual(['1', '2']);
});

test('a token that Graph refused is not used again; one renewal a minute is enough', async () => {
  const { token, time, session } = setUp();
  const discard = (value: string) => session.discard({ value, mode: 'app-only' });
  await token();
  discard('token 1');
  expect(await token()).toBe('token 2');
  discard('token 2');
  expect(await token()).toBe('token 2');
  time.advance(60_000);
  discard('token 2');
  expect(await token()).toBe('token 3');
});

test('somebody who has just mended something gets a new one, whatever is held', async () => {
  const { token, session } = setUp();
  await token();
  expect((await session.renew(credentialsOf('1'))).value).toBe('token 2');
  expect(await token()).toBe('token 2');
});
