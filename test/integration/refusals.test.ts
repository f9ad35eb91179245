import { describe, expect, test } from 'vitest';
import { keyVaultSecretStore } from '../../shared/adapters/keyvault/keyVaultSecretStore.ts';
import { SECRET_NAMES } from '../../shared/domain/signIn/credentials.ts';
import { healthReporter } from '../../shared/usecases/monitor/healthReporter.ts';
import { pullMonitor } from '../../shared/usecases/monitor/pullMonitor.ts';
import { presencePoller } from '../../shared/usecases/poll/presencePoller.ts';
import { credentialCache } from '../../shared/usecases/signIn/credentialCache.ts';
import { tokenProvider } from '../../shared/usecases/signIn/tokenProvider.ts';
import { agent } from '../support/builders.ts';
import { clientCertificate } from '../support/certificate.ts';
import { sleepForever } from '../support/clock.ts';
import { memorySignInLedger } from '../support/memorySignInLedger.ts';
import { signInTo, tenant } from '../support/tenant.ts';
import { forecast, LIMITS, world } from '../support/world.ts';

const { state, settings, restore } = await tenant();
const HOUR = 3_600_000;
const MAX_AGE = 300_000;

/** The product's sign-in through the real MSAL and the real vault client, on a clock that the test moves. */
async function setUp() {
  restore();
  state.applicationPermissions = ['User.Read.All'];

  const here = world();
  await here.map([agent(1)]);
  // Tokens are judged by the tenant's own clock, which is the real one.
  here.time.set(Date.now());
  const { clock } = here.time;
  const time = { ...here.time, sleep: sleepForever };
  const source = credentialCache(keyVaultSecretStore(settings), time, MAX_AGE);
  const tokens = tokenProvider({ source, signIn: signInTo(settings), ledger: memorySignInLedger(), ...time });
  const readShards = async () => [];
  const poll = presencePoller({ ...here, tokens, readShards, forecast, ...time });
  const health = healthReporter({
    reader: here.reader(),
    pulls: pullMonitor(here.time),
    limits: LIMITS,
    clock,
    vaultName: 'contoso',
  });
  const requests = () => state.counted('entra.password');
  return { ...here, tokens, poll: async () => (await poll(here.log)).rest, health, requests };
}

/** AADSTS code, and whether it is tried again when the hour is over. */
const USER_CODES = [
  ...[50034, 50053, 50055, 50056, 50057, 50076, 50079, 50144, 50158, 53000, 53003, 65001, 65004, 90072, 530035].map(
    code => [code, true] as const,
  ),
  [50126, false] as const,
];
const APPLICATION_CODES = [
  50001, 50017, 50033, 50042, 50048, 50049, 50059, 50089, 50128, 50192, 50194, 50196, 700016, 7000112, 7000215, 7000218,
  7000222, 700027, 700213, 700229, 9001023,
];

describe('a refusal, through MSAL', () => {
  test.each(APPLICATION_CODES)('AADSTS%i of the application stands in health until it is mended', async code => {
    const { poll, health, requests, time } = await setUp();
    state.registration.refuse = code;
    const before = requests();
    const sent: number[] = [];
    for (let cycle = 0; cycle < 4; cycle += 1) {
      await poll();
      sent.push(requests() - before);
      time.advance(10_000);
    }
    // Again after 5 and 10 s, and then not before 20.
    expect(sent).toEqual([1, 2, 3, 3]);
    expect((await health()).faults[0]).toContain(`AADSTS${code}`);
    state.registration.refuse = 0;
    time.advance(30_000);
    await poll();
    expect((await health()).faults).toEqual([]);
  });

  test.each([
    [APPLICATION_CODES.slice(0, 1)],
    // Whichever of them it is: each is counted on from the one before.
    [APPLICATION_CODES],
  ])('%j of the application is repeated after 5, 10, 20, then every 30 s', async codes => {
    const { poll, requests, time } = await setUp();
    const before = requests();
    const sent: number[] = [];
    for (let cycle = 0; cycle < 12; cycle += 1) {
      state.registration.refuse = codes[cycle % codes.length] ?? 0;
      const known = requests();
      await poll();
      if (requests() > known) sent.push(cycle * 10);
      time.advance(10_000);
    }
    expect(requests()).toBe(before + sent.length);
    expect(sent).toEqual([0, 10, 20, 40, 70, 100]);
  });

  test.each(USER_CODES)(
    'AADSTS%i of the user is not repeated within the hour, and stands in health',
    async (code, again) => {
      const { poll, health, requests, time } = await setUp();
      state.serviceUser.refuse = code;
      const before = requests();
      for (let cycle = 0; cycle < 12; cycle += 1) {
        await poll();
        time.advance(10_000);
      }
      expect(requests()).toBe(before + 1);
      const {
        state: verdict,
        faults: [fault1],
      } = await health();
      expect(verdict).toBe('down');
      expect(fault1).toContain(`AADSTS${code}`);
      expect(fault1).toContain('guide: ');

      time.advance(HOUR);
      await poll();
      expect(requests()).toBe(before + (again ? 2 : 1));
    },
  );

  test('that was mended outside the vault ends by itself', async () => {
    const { poll, health, time } = await setUp();
    state.serviceUser.refuse = 50057;
    await poll();
    state.serviceUser.refuse = 0;
    time.advance(HOUR);
    await poll();
    expect((await health()).faults).toEqual([]);
  });
});

test.each([90033, 90055])('AADSTS%i is an outage: it is tried again in the next cycle', async code => {
  const { poll, health, requests, time } = await setUp();
  state.registration.refuse = code;
  const before = requests();
  await poll();
  time.advance(10_000);
  await poll();
  expect(requests()).toBe(before + 2);
  expect((await health()).faults[0]).toContain('tries again by itself');
});

describe('a rotation', () => {
  const rotations: readonly (readonly [string, () => Promise<void> | void, () => Promise<void> | void])[] = [
    [
      'of the password',
      () => {
        state.serviceUser.password = 'new password';
      },
      () => state.storeSecret(SECRET_NAMES.userPassword, 'new password'),
    ],
    [
      'of the client secret',
      () => {
        state.clientSecret.value = 'new secret';
      },
      () => state.storeSecret(SECRET_NAMES.clientSecret, 'new secret'),
    ],
    [
      'from the secret to a certificate',
      () => {
        state.clientSecret.value = 'nothing that anybody knows';
      },
      async () => {
        const { certificate, pem } = await clientCertificate(new Date(Date.now() + 86_400_000));
        state.registration.certificate = certificate;
        state.storeSecret(SECRET_NAMES.clientCertificate, pem);
      },
    ],
  ];

  test.each(rotations)(
    '%s is noticed when the vault\u2019s copy is old; the token before serves on',
    async (_case, inEntra, inVault) => {
      const { tokens, time } = await setUp();
      const first = await tokens.token('presence');
      await inEntra();
      await inVault();
      time.advance(MAX_AGE - 1);
      expect(await tokens.token('presence')).toEqual(first);
      time.advance(1);
      const second = await tokens.token('presence');
      expect(second.mode).toBe('delegated');
      expect(second.value).not.toBe(first.value);
    },
  );

  test.each(rotations)('%s is used at once after a refusal', async (_case, inEntra, inVault) => {
    const { tokens, time } = await setUp();
    await tokens.token('presence');
    await inEntra();
    await inVault();
    tokens.discard(await tokens.token('presence'));
    time.advance(1_000);
    expect((await tokens.token('presence')).mode).toBe('delegated');
  });
});

test('calls that come together while there is no token make one request', async () => {
  const { tokens, requests } = await setUp();
  const before = [requests(), state.counted('entra.client_credentials')];
  await Promise.all([
    tokens.token('presence'),
    tokens.token('presence'),
    tokens.token('directory'),
    tokens.token('directory'),
  ]);
  expect([requests(), state.counted('entra.client_credentials')]).toEqual(before.map(count => count + 1));
});
