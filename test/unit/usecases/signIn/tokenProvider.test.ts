import { UnsecuredJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { refusal } from '../../../../shared/domain/signIn/aadsts.ts';
import type { Credentials } from '../../../../shared/domain/signIn/credentials.ts';
import { SignInUnavailableError, StoreUnavailableError } from '../../../../shared/errors/errors.ts';
import type { Sleep } from '../../../../shared/lib/clock.ts';
import type { CredentialSource } from '../../../../shared/ports/credentialSource.ts';
import type { SignIn } from '../../../../shared/ports/signIn.ts';
import type { SignInLedger } from '../../../../shared/ports/signInLedger.ts';
import type { SignInMode } from '../../../../shared/ports/tokenProvider.ts';
import { tokenProvider } from '../../../../shared/usecases/signIn/tokenProvider.ts';
import { credentials } from '../../../support/builders.ts';
import { manualClock, sleepForever } from '../../../support/clock.ts';
import { memorySignInLedger } from '../../../support/memorySignInLedger.ts';

const HOUR = 3_600_000;
const silence = new SignInUnavailableError('Entra cannot be reached.');
const outage = new SignInUnavailableError('Entra cannot be reached.', { passwordNotSent: true });

function setUp(options: { user?: boolean; roles?: string[]; ledger?: SignInLedger; sleep?: Sleep } = {}) {
  const { sleep = sleepForever } = options;
  const time = manualClock();
  const user = options.user === false ? undefined : { email: 'reader@contoso.com', password: 'secret' };
  let current = credentials({ user });
  const ledger = options.ledger ?? memorySignInLedger();
  const attempts: SignInMode[] = [];
  const outcomes = new Map<SignInMode, Error>();
  let hanging: Promise<void> | undefined;
  /** Entra answers nobody any more, until the function that this gives is called. */
  const hang = () => {
    const end = Promise.withResolvers<void>();
    hanging = end.promise;
    return () => end.resolve();
  };
  const signIn: SignIn = async (_credentials, mode) => {
    attempts.push(mode);
    await hanging;
    const outcome = outcomes.get(mode);
    if (outcome !== undefined) throw outcome;
    const claims = mode === 'app-only' ? { roles: options.roles ?? [] } : { scp: 'Presence.Read.All' };
    return {
      value: new UnsecuredJWT({ ...claims, jti: String(attempts.length) }).encode(),
      expiresAt: time.clock() + HOUR,
    };
  };
  /** A provider as a fresh process has it. */
  const start = (source: CredentialSource = { read: async () => current, fault: () => undefined }) =>
    tokenProvider({
      source,
      signIn,
      ledger,
      ...time,
      sleep,
    });
  const count = (mode: SignInMode) => attempts.filter(attempt => attempt === mode).length;
  return {
    time,
    start,
    hang,
    credentials: () => current,
    provider: start(),
    attempts,
    count,
    answer: (mode: SignInMode, outcome: Error | undefined) => {
      if (outcome === undefined) outcomes.delete(mode);
      else outcomes.set(mode, outcome);
    },
    rotate: (what: 'secret' | 'password') => {
      const { version, passwordVersion } = current;
      current = {
        ...current,
        version: `${version}+`,
        passwordVersion: what === 'password' ? `${passwordVersion}+` : passwordVersion,
      };
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
  const first = await provider.token('presence');
  time.advance(HOUR - 5 * 60_000 - 1);
  expect(await provider.token('presence')).toEqual(first);
  expect(attempts).toHaveLength(1);
  time.advance(1);
  expect((await provider.token('presence')).value).not.toBe(first.value);
});

test('a token that Graph refused is not used again; one renewal a minute is enough', async () => {
  const { provider, count, time } = setUp();
  const first = await provider.token('presence');
  provider.discard(first);
  const second = await provider.token('presence');
  expect(second.value).not.toBe(first.value);
  provider.discard(second);
  expect(await provider.token('presence')).toEqual(second);
  time.advance(60_000);
  provider.discard(second);
  await provider.token('presence');
  expect(count('delegated')).toBe(3);
});

test('a token that Graph refused once serves on while Entra cannot be asked for another, and no longer', async () => {
  const { provider, time, answer } = setUp({ roles: ['Presence.Read.All'] });
  const first = await provider.token('presence');
  answer('delegated', silence);
  provider.discard(first);
  expect(await provider.token('presence')).toEqual(first);
  time.advance(60_000);
  answer('delegated', refusal(50076));
  expect((await provider.token('presence')).mode).toBe('app-only');
});

test('a mended secret of the application is noticed although only the directory asks as it', async () => {
  const { provider, time, answer, rotate } = setUp();
  await provider.token('directory');
  answer('app-only', refusal(7000215));
  time.advance(HOUR - 60_000);
  await provider.token('directory');
  expect((await provider.state()).faults).toHaveLength(1);
  answer('app-only', undefined);
  rotate('secret');
  await provider.state();
  await new Promise(resolve => setImmediate(resolve));
  expect((await provider.state()).faults).toEqual([]);
});

describe.each(['delegated', 'app-only'] as const)('an outage of Entra during the renewal of a %s token', mode => {
  test('is bridged by the last good token, until it ends', async () => {
    const { provider, attempts, time, answer } = setUp({ user: mode === 'delegated' });
    const first = await provider.token('presence');
    answer(mode, outage);
    time.advance(HOUR - 60_000);
    expect(await provider.token('presence')).toEqual(first);
    expect((await provider.state()).faults).toEqual([outage]);
    expect(await provider.token('presence')).toEqual(first);
    expect(attempts).toHaveLength(2);
    time.advance(60_000);
    await expect(provider.token('presence')).rejects.toBe(outage);
    answer(mode, undefined);
    expect((await provider.token('presence')).value).not.toBe(first.value);
    expect((await provider.state()).faults).toEqual([]);
  });

  test('makes nobody wait longer than a moment, also when Entra hangs', async () => {
    const here = setUp({ user: mode === 'delegated', sleep: async () => undefined });
    const first = await here.provider.token('presence');
    here.time.advance(HOUR - 60_000);
    const answers = here.hang();
    expect(await here.provider.token('presence')).toEqual(first);
    expect((await here.provider.state()).faults).toMatchObject([{ code: 'sign_in_unavailable' }]);
    answers();
    await new Promise(setImmediate);
    expect((await here.provider.token('presence')).value).not.toBe(first.value);
    expect((await here.provider.state()).faults).toEqual([]);
  });
});

describe('a wrong password', () => {
  test('is sent once in 1,000 cycles and 5 restarts', async () => {
    const { start, count, time, answer } = setUp();
    answer('delegated', refusal(50126));
    for (let restart = 0; restart <= 5; restart += 1) {
      const provider = start();
      for (let cycle = 0; cycle < 1_000; cycle += 1) {
        await expect(provider.token('presence')).rejects.toMatchObject({ aadsts: 50126 });
        time.advance(10_000);
      }
    }
    expect(count('delegated')).toBe(1);
  });

  test('is tried again when e-mail, password, client id or tenant id has a new version, not for a new secret', async () => {
    const { start, provider, count, answer, rotate } = setUp();
    answer('delegated', refusal(50126));
    await expect(provider.token('presence')).rejects.toMatchObject({ aadsts: 50126 });
    rotate('secret');
    await expect(provider.token('presence')).rejects.toMatchObject({ aadsts: 50126 });
    await expect(start().token('presence')).rejects.toMatchObject({ aadsts: 50126 });
    expect(count('delegated')).toBe(1);
    rotate('password');
    answer('delegated', undefined);
    expect((await provider.token('presence')).mode).toBe('delegated');
    expect(count('delegated')).toBe(2);
  });

  test('is sent by one of several instances', async () => {
    const { start, count, answer } = setUp();
    answer('delegated', refusal(50126));
    const results = await Promise.allSettled([start(), start(), start()].map(provider => provider.token('presence')));
    expect(results.every(({ status }) => status === 'rejected')).toBe(true);
    expect(count('delegated')).toBe(1);
  });

  test('is not sent at all while the claim cannot be written', async () => {
    const unreachable = () => Promise.reject(new StoreUnavailableError('Table Storage cannot be reached.'));
    const { provider, count } = setUp({ ledger: { read: unreachable, write: unreachable } });
    await expect(provider.token('presence')).rejects.toBeInstanceOf(StoreUnavailableError);
    expect(count('delegated')).toBe(0);
  });
});

test.each([50053, 50055, 50057, 50076, 50079, 50158, 53000, 53003, 530035, 65001])(
  'AADSTS%i is tried again once an hour, also across restarts',
  async code => {
    const { start, count, time, answer } = setUp();
    answer('delegated', refusal(code));
    for (let restart = 0; restart < 3; restart += 1) {
      const provider = start();
      for (let cycle = 0; cycle < 360; cycle += 1) {
        await expect(provider.token('presence')).rejects.toMatchObject({ aadsts: code });
        time.advance(10_000);
      }
    }
    expect(count('delegated')).toBe(3);
    answer('delegated', undefined);
    expect((await start().token('presence')).mode).toBe('delegated');
  },
);

describe('an attempt whose outcome nobody knows', () => {
  test('keeps everybody else from trying for a minute', async () => {
    const { start, count, time, answer } = setUp();
    answer('delegated', silence);
    await expect(start().token('presence')).rejects.toBe(silence);
    answer('delegated', undefined);
    const other = start();
    time.advance(59_000);
    await expect(other.token('presence')).rejects.toMatchObject({ code: 'sign_in_busy' });
    time.advance(1_000);
    expect((await other.token('presence')).mode).toBe('delegated');
    expect(count('delegated')).toBe(2);
  });

  test('is free again after a minute, each time', async () => {
    const { provider, count, time, answer } = setUp();
    answer('delegated', silence);
    const sent: number[] = [];
    for (let minute = 0; minute < 180; minute += 1) {
      const before = count('delegated');
      await provider.token('presence').catch(() => undefined);
      if (count('delegated') > before) sent.push(minute);
      time.advance(60_000);
    }
    expect(sent).toEqual(Array.from({ length: 180 }, (_, minute) => minute));
  });

  test('but one that Entra certainly did not look at may be repeated at once', async () => {
    const { start, answer } = setUp();
    answer('delegated', outage);
    await expect(start().token('presence')).rejects.toBe(outage);
    answer('delegated', undefined);
    expect((await start().token('presence')).mode).toBe('delegated');
  });

  test('recorded by a clock that is wrong binds nobody', async () => {
    const { start, time, answer } = setUp();
    time.advance(86_400_000);
    answer('delegated', refusal(50076));
    await start()
      .token('presence')
      .catch(() => undefined);
    time.advance(-86_400_000);
    answer('delegated', undefined);
    expect((await start().token('presence')).mode).toBe('delegated');
  });
});

describe('instances with copies of the vault of different age', () => {
  test('send each wrong password once, whatever the order', async () => {
    const here = setUp();
    here.answer('delegated', refusal(50126));
    const stale = here.credentials();
    here.rotate('password');
    const newer = here.credentials();
    const instance = (copy: Credentials) =>
      here.start({ read: async options => (options?.fresh ? newer : copy), fault: () => undefined });
    const instances = [instance(newer), instance(stale), instance(stale), instance(newer)];
    for (let round = 0; round < 5; round += 1) {
      for (const provider of instances) await provider.token('presence').catch(() => undefined);
      here.time.advance(10_000);
    }
    expect(here.count('delegated')).toBe(1);
  });

  test('do not forget a wrong password because another one is right', async () => {
    const here = setUp();
    here.answer('delegated', refusal(50126));
    const wrong = here.credentials();
    await here
      .start()
      .token('presence')
      .catch(() => undefined);
    here.rotate('password');
    here.answer('delegated', undefined);
    expect((await here.start().token('presence')).mode).toBe('delegated');
    here.answer('delegated', refusal(50126));
    const back = here.start({ read: async () => wrong, fault: () => undefined });
    await expect(back.token('presence')).rejects.toMatchObject({ aadsts: 50126 });
    expect(here.count('delegated')).toBe(2);
  });
});

test('a refusal that could not be written is written before anything else, and not forgotten', async () => {
  const memory = memorySignInLedger();
  let writes = 0;
  const ledger: SignInLedger = {
    read: memory.read,
    write: (record, etag) => {
      writes += 1;
      return writes === 2
        ? Promise.reject(new StoreUnavailableError('Table Storage cannot be reached.'))
        : memory.write(record, etag);
    },
  };
  const { provider, start, count, time, answer } = setUp({ ledger });
  answer('delegated', refusal(50126));
  await expect(provider.token('presence')).rejects.toMatchObject({ aadsts: 50126 });
  expect((await memory.read())?.record.state).toBe('claimed');
  time.advance(10_000);
  await expect(provider.token('presence')).rejects.toMatchObject({ aadsts: 50126 });
  expect((await memory.read())?.record.state).toBe('refused');
  time.advance(3_600_000);
  await expect(start().token('presence')).rejects.toMatchObject({ aadsts: 50126 });
  expect(count('delegated')).toBe(1);
});

test('what another instance found out meanwhile counts, although something of before could not be written', async () => {
  const memory = memorySignInLedger();
  let writes = 0;
  const ledger: SignInLedger = {
    read: memory.read,
    async write(record, etag) {
      writes += 1;
      if (writes === 5) throw new StoreUnavailableError('Table Storage cannot be reached.');
      const written = await memory.write(record, etag);
      if (writes === 2) throw new StoreUnavailableError('The answer was lost.');
      return written;
    },
  };
  const { provider: first, start, count, answer } = setUp({ ledger });
  answer('delegated', outage);
  await expect(first.token('presence')).rejects.toBeInstanceOf(SignInUnavailableError);
  answer('delegated', refusal(50126));
  await expect(start().token('presence')).rejects.toMatchObject({ aadsts: 50126 });
  await expect(first.token('presence')).rejects.toMatchObject({ aadsts: 50126 });
  expect(count('delegated')).toBe(2);
});

describe('when the user is refused', () => {
  test.each([['Presence.Read.All'], ['Presence.ReadWrite.All']])(
    'the application reads instead, if it has %s',
    async role => {
      const { provider, answer } = setUp({ roles: [role] });
      answer('delegated', refusal(50076));
      expect((await provider.token('presence')).mode).toBe('app-only');
      expect((await provider.state()).faults).toMatchObject([{ aadsts: 50076 }]);
    },
  );

  test('the application does not read without the permission', async () => {
    const { provider, answer } = setUp({ roles: ['User.Read.All'] });
    answer('delegated', refusal(50076));
    await expect(provider.token('presence')).rejects.toMatchObject({ aadsts: 50076 });
    expect((await provider.token('directory')).mode).toBe('app-only');
  });

  test('the application goes on reading while Entra is out: nothing of it costs a cycle', async () => {
    const { provider, time, answer } = setUp({ roles: ['Presence.Read.All'] });
    answer('delegated', refusal(50076));
    expect((await provider.token('presence')).mode).toBe('app-only');
    time.advance(HOUR - 120_000);
    expect((await provider.token('presence')).mode).toBe('app-only');
    for (const fault of [outage, silence]) {
      answer('delegated', fault);
      time.advance(HOUR / 2);
      for (let cycle = 0; cycle < 30; cycle += 1) {
        expect((await provider.token('presence')).mode).toBe('app-only');
        time.advance(10_000);
      }
    }
  });

  test('the user comes back by itself within the hour after it was mended', async () => {
    const { provider, time, answer } = setUp({ roles: ['Presence.Read.All'] });
    answer('delegated', refusal(53003));
    expect((await provider.token('presence')).mode).toBe('app-only');
    answer('delegated', undefined);
    time.advance(HOUR - 1);
    expect((await provider.token('presence')).mode).toBe('app-only');
    time.advance(1);
    expect((await provider.token('presence')).mode).toBe('delegated');
    expect((await provider.state()).faults).toEqual([]);
  });
});

test('a new secret is used at once, the old token serves while it is refused', async () => {
  const { provider, count, answer, rotate } = setUp({ user: false });
  const first = await provider.token('presence');
  rotate('secret');
  answer('app-only', refusal(7000215));
  expect(await provider.token('presence')).toEqual(first);
  expect((await provider.state()).faults).toMatchObject([{ aadsts: 7000215 }]);
  expect(await provider.token('presence')).toEqual(first);
  expect(count('app-only')).toBe(2);
  rotate('secret');
  answer('app-only', undefined);
  expect((await provider.token('presence')).value).not.toBe(first.value);
  expect((await provider.state()).faults).toEqual([]);
});

describe.each([700213, 7000215, 7000222, 5000224, 50087, 90024, 700016, 65001])(
  'the application refused with AADSTS%i',
  code => {
    test('once costs nobody more than half a minute, and nothing at all while a token serves', async () => {
      const { provider, time, answer } = setUp({ user: false });
      const first = await provider.token('presence');
      time.advance(HOUR - 60_000);
      answer('app-only', refusal(code));
      expect(await provider.token('presence')).toEqual(first);
      answer('app-only', undefined);
      time.advance(30_000);
      expect((await provider.token('presence')).value).not.toBe(first.value);
    });

    test('again and again is asked after 5, 10, 20, then every 30 s', async () => {
      const { provider, time, count, answer } = setUp({ user: false });
      answer('app-only', refusal(code));
      const sent: number[] = [];
      for (let second = 0; second <= 130; second += 1) {
        const before = count('app-only');
        await provider.token('presence').catch(() => undefined);
        if (count('app-only') > before) sent.push(second);
        time.advance(1_000);
      }
      expect(sent).toEqual([0, 5, 15, 35, 65, 95, 125]);
    });
  },
);

test.each([7000215, 700016, 50087])(
  'AADSTS%i beside the password is of the application: it is asked again soon',
  async code => {
    const { provider, time, count, answer } = setUp();
    answer('delegated', refusal(code));
    await expect(provider.token('presence')).rejects.toMatchObject({ aadsts: code });
    time.advance(5_000);
    answer('delegated', undefined);
    expect((await provider.token('presence')).mode).toBe('delegated');
    expect(count('delegated')).toBe(2);
  },
);

test.each([50076, 50055, 53003])(
  'the doctor does not send a password again that was refused with AADSTS%i',
  async code => {
    const { provider, time, count, answer } = setUp();
    answer('delegated', refusal(code));
    for (let visit = 0; visit < 10; visit += 1) {
      await expect(provider.fresh('delegated')).rejects.toMatchObject({ aadsts: code });
      time.advance(31_000);
    }
    expect(count('delegated')).toBe(1);
  },
);
