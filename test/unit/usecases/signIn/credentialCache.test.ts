import { expect, test } from 'vitest';
import { SECRET_NAMES, type Secret, type SecretField } from '../../../../shared/domain/signIn/credentials.ts';
import { CredentialsError, VaultError } from '../../../../shared/errors/errors.ts';
import type { Sleep } from '../../../../shared/lib/clock.ts';
import type { SecretStore } from '../../../../shared/ports/secretStore.ts';
import { credentialCache } from '../../../../shared/usecases/signIn/credentialCache.ts';
import { FIVE, secret } from '../../../support/builders.ts';
import { manualClock, sleepForever } from '../../../support/clock.ts';

/** Six reads of the vault's five values and the certificate, through a vault that can be out or hang. */
function vault(sleep?: Sleep) {
  const time = manualClock();
  const secrets = new Map<string, Secret>(
    Object.entries(FIVE).map(([field, value]) => [SECRET_NAMES[field as SecretField], value]),
  );
  let reads = 0;
  let outage = false;
  let hanging: Promise<void> | undefined;
  const store: SecretStore = {
    async read(name) {
      reads += 1;
      await hanging;
      if (outage) throw new VaultError('Key Vault cannot be reached.');
      return secrets.get(name);
    },
  };
  const source = credentialCache(store, { ...time, sleep: sleep ?? sleepForever }, 300_000);
  return {
    time,
    secrets,
    source,
    reads: () => reads,
    fail: (value: boolean) => (outage = value),
    hang(until: Promise<void>) {
      hanging = until;
    },
  };
}

test('reads the vault once for many callers, and again when it is old', async () => {
  const { time, source, reads } = vault();
  await Promise.all([source.read(), source.read()]);
  expect(reads()).toBe(6);
  time.advance(299_999);
  await source.read();
  expect(reads()).toBe(6);
  time.advance(1);
  await source.read();
  expect(reads()).toBe(12);
});

test('reads anew when it is told to', async () => {
  const { secrets, source } = vault();
  await source.read();
  secrets.set(SECRET_NAMES.userPassword, secret('new', '2'));
  expect((await source.read({ fresh: true })).user?.password).toBe('new');
});

test('serves the last known values while the vault is out, and says so', async () => {
  const { time, source, fail } = vault();
  await source.read();
  fail(true);
  time.advance(300_000);
  expect((await source.read()).user?.email).toBe('reader@contoso.com');
  expect(source.fault()?.code).toBe('vault_unreachable');
  fail(false);
  time.advance(29_999);
  await source.read();
  expect(source.fault()?.code).toBe('vault_unreachable');
  time.advance(1);
  await source.read();
  expect(source.fault()).toBeUndefined();
});

test('without known values an outage is thrown', async () => {
  const { source, fail } = vault();
  fail(true);
  await expect(source.read()).rejects.toBeInstanceOf(VaultError);
});

test('half a rotation is a fault; the known values serve on until it is whole', async () => {
  const { secrets, source } = vault();
  await source.read();
  secrets.delete(SECRET_NAMES.userPassword);
  expect((await source.read({ fresh: true })).user?.password).toBe('pass word');
  expect(source.fault()).toBeInstanceOf(CredentialsError);
  secrets.set(SECRET_NAMES.userPassword, secret('new', '2'));
  expect((await source.read({ fresh: true })).user?.password).toBe('new');
  expect(source.fault()).toBeUndefined();
});

test('is read anew in time though the clock of the machine is set back by a day', async () => {
  const { time, secrets, source } = vault();
  await source.read();
  time.set(time.clock() - 86_400_000);
  time.advance(300_000);
  secrets.set(SECRET_NAMES.userPassword, secret('new', '2'));
  expect((await source.read()).user?.password).toBe('new');
});

test('is not read more often though the clock jumps ahead', async () => {
  const { time, source, reads } = vault();
  await source.read();
  time.set(time.clock() + 86_400_000);
  await source.read();
  expect(reads()).toBe(6);
});

test('a vault that hangs keeps nobody waiting who has values to go on with', async () => {
  const waits: number[] = [];
  const { time, source, hang } = vault(async ms => {
    waits.push(ms);
    time.advance(ms);
  });
  await source.read();
  const { promise, resolve: answer } = Promise.withResolvers<void>();
  hang(promise);
  time.advance(300_000);
  expect((await source.read()).user?.password).toBe('pass word');
  expect(waits).toEqual([2_000]);
  expect(source.fault()?.message).toMatch(/did not answer in time/);
  await source.read();
  expect(waits).toEqual([2_000]);
  answer();
  await new Promise(setImmediate);
  await source.read();
  expect(source.fault()).toBeUndefined();
});
