import { describe, expect, test } from 'vitest';
import {
  readCredentials,
  SECRET_NAMES,
  type SecretField,
  type VaultSecrets,
} from '../../../../shared/domain/signIn/credentials.ts';
import { CredentialsError } from '../../../../shared/errors/errors.ts';
import { FIVE, guid, secret } from '../../../support/builders.ts';

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

  test.each<readonly [string, (value: string) => string]>([
    ['a line break', (value: string) => `${value}\n`],
    ['a line break', (value: string) => `${value}\r\n`],
    ['a line break', (value: string) => value.replace(/^(.)/, '$1\r')],
    ['a tab', (value: string) => `${value}\t`],
    ['a byte-order mark', (value: string) => `\uFEFF${value}`],
    ['an invisible character', (value: string) => `${value}\u200b`],
    ['a blank', (value: string) => ` ${value}`],
    ['a blank', (value: string) => `${value}\u00a0`],
    ['a control character', (value: string) => `${value}\u0000`],
    ['a control character', (value: string) => `${value}\u0081`],
    ['a byte-order mark', (value: string) => `ï»¿${value}`],
    ...['\u00ad', '\u061c', '\u180e', '\u2061', '\u206a', '\ufe0f', '\u3164', '\u034f'].map(
      sign => ['an invisible character', (value: string) => `${value.slice(0, 2)}${sign}${value.slice(2)}`] as const,
    ),
    ['a character that could not be read', value => `${value}\ufffd`],
    ['a character that could not be read', value => `${value}\ud800`],
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

  test.each([
    'CONTOSO\\reader',
    "'reader@contoso.com'",
    '<reader@contoso.com>',
    'reader@contoso.com,',
    'Reader Name',
    'reader',
    'mailto:reader@contoso.com',
    `reader@${'a.'.repeat(160)}com`,
  ])('with %j instead of a user name are a fault, and nothing is sent', value => {
    expect(faultOf({ ...FIVE, userEmail: secret(value) })).toContain('teams-user-email is not the user name');
  });

  test.each([
    "o'neil@contoso.com",
    'o.brien-x_1@sub.contoso.co.uk',
    'reader_contoso.com#EXT#@fabrikam.onmicrosoft.com',
  ])('take the user name %s', value => {
    expect(readCredentials({ ...FIVE, userEmail: secret(value) }).user?.email).toBe(value);
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
