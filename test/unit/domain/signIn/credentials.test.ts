import { describe, expect, test } from 'vitest';
import {
  readCredentials,
  SECRET_NAMES,
  type Secret,
  type SecretField,
  type VaultSecrets,
} from '../../../../shared/domain/signIn/credentials.ts';
import { CredentialsError, VaultError } from '../../../../shared/errors/errors.ts';
import type { SecretStore } from '../../../../shared/ports/secretStore.ts';
import { credentialCache } from '../../../../shared/usecases/signIn/credentialCache.ts';
import { guid } from '../../../support/builders.ts';
import { manualClock } from '../../../support/clock.ts';

const secret = (value: string, version = '1', expiresAt?: number): Secret => ({ value, version, expiresAt });
const FIVE = {
  tenantId: secret(guid(1)),
  clientId: secret(guid(2)),
  clientSecret: secret('canary~secret', '1', 9_000),
  userEmail: secret('reader@contoso.com'),
  userPassword: secret('pass word'),
};

function faultOf(secrets: VaultSecrets): string {
  try {
    readCredentials(secrets);
  } catch (error) {
    if (error instanceof CredentialsError) return error.message;
    throw error;
  }
  return '';
}

const without = (...fields: SecretField[]) =>
  Object.fromEntries(Object.entries(FIVE).filter(([field]) => !fields.includes(field as SecretField)));

describe('the five values', () => {
  test('sign in as the user; a password may hold blanks', () => {
    const credentials = readCredentials(FIVE);
    expect(credentials.user).toEqual({ email: 'reader@contoso.com', password: 'pass word' });
    expect(credentials.secretExpiry).toEqual({ at: 9_000, source: 'vault' });
    expect(credentials.proof.kind).toBe('secret');
  });

  test.each([
    ['a line break', (value: string) => `${value}\n`],
    ['a line break', (value: string) => `${value}\r\n`],
    ['a line break', (value: string) => value.replace(/^(.)/, '$1\r')],
    ['a tab', (value: string) => `${value}\t`],
    ['a byte-order mark', (value: string) => `\uFEFF${value}`],
    ['an invisible character', (value: string) => `${value}\u200b`],
    ['a blank', (value: string) => ` ${value}`],
    ['a blank', (value: string) => `${value}\u00a0`],
    ['a control character', (value: string) => `${value}\u0000`],
  ])('with %s from pasting are a fault that names it, never the value', (artefact, paste) => {
    for (const field of Object.keys(FIVE) as (keyof typeof FIVE)[]) {
      const fault = faultOf({ ...FIVE, [field]: secret(paste(FIVE[field].value)) });
      expect(fault).toContain(`${SECRET_NAMES[field]} holds ${artefact}`);
      expect(fault).not.toContain(FIVE[field].value);
    }
  });

  test('without a user sign in as the application', () => {
    expect(readCredentials(without('userEmail', 'userPassword')).user).toBeUndefined();
  });

  test.each(['tenantId', 'clientId', 'clientSecret'] as const)('without %s are a fault that names it', field => {
    expect(faultOf(without(field))).toContain(SECRET_NAMES[field]);
  });

  test('without user and secret sign in through the managed identity', () => {
    expect(readCredentials(without('userEmail', 'userPassword', 'clientSecret')).proof.kind).toBe('federated');
  });

  test('half a user is a fault, never silently the application', () => {
    expect(faultOf(without('userPassword'))).toContain(SECRET_NAMES.userPassword);
    expect(faultOf(without('userEmail'))).toContain(SECRET_NAMES.userEmail);
    expect(faultOf({ ...FIVE, userPassword: secret('') })).toContain(SECRET_NAMES.userPassword);
  });

  test("a secret that looks like a GUID is the secret's ID", () => {
    expect(faultOf({ ...FIVE, clientSecret: secret(guid(3)) })).toContain("the secret's ID");
  });

  test('faults never show a value', () => {
    expect(faultOf({ ...FIVE, tenantId: secret('canary'), clientId: secret('canary') })).not.toContain('canary');
  });

  test('any new version is a new set of credentials', () => {
    const before = readCredentials(FIVE).version;
    expect(readCredentials({ ...FIVE, userPassword: secret('new', '2') }).version).not.toBe(before);
  });
});

describe('the cache', () => {
  function vault() {
    const time = manualClock();
    const secrets = new Map<string, Secret>(
      Object.entries(FIVE).map(([field, value]) => [SECRET_NAMES[field as SecretField], value]),
    );
    let reads = 0;
    let outage = false;
    const store: SecretStore = {
      async read(name) {
        reads += 1;
        if (outage) throw new VaultError('Key Vault cannot be reached.');
        return secrets.get(name);
      },
    };
    const source = credentialCache(store, time.clock, 300_000);
    return { time, secrets, source, reads: () => reads, fail: (value: boolean) => (outage = value) };
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
});
