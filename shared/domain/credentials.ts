import { CredentialsError } from '../errors.ts';

/** One secret as the vault holds it. */
export interface Secret {
  readonly value: string;
  readonly version: string;
  /** Milliseconds since 1970, UTC; undefined when nobody set an expiry. */
  readonly expiresAt: number | undefined;
}

/** The names of the guide's five values in Key Vault. */
export const SECRET_NAMES = {
  tenantId: 'teams-tenant-id',
  clientId: 'teams-client-id',
  clientSecret: 'teams-client-secret',
  userEmail: 'teams-user-email',
  userPassword: 'teams-user-password',
} as const;

export type SecretField = keyof typeof SECRET_NAMES;
export type VaultSecrets = Readonly<Partial<Record<SecretField, Secret>>>;

/** What the connector signs in with; without a user it signs in as the application. */
export interface Credentials {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly user: { readonly email: string; readonly password: string } | undefined;
  /** Changes whenever a value in the vault gets a new version. */
  readonly version: string;
  /** When the first of the secrets ends; 0 when the vault does not say. */
  readonly expiresAt: number;
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const GUIDE_STEP: Readonly<Record<SecretField, string>> = {
  tenantId: 'Gather all Information',
  clientId: 'Create App Registration',
  clientSecret: 'Create a Client Secret',
  userEmail: 'Create a User with permissions to use the Application',
  userPassword: 'Additional User Configuration',
};

function fault(field: SecretField, problem: string): string {
  return `Key Vault secret ${SECRET_NAMES[field]} ${problem} (guide: ${GUIDE_STEP[field]})`;
}

/**
 * Reads the five values as one set of credentials.
 * @throws CredentialsError that names every secret that is missing, half-filled or malformed, never a value
 */
export function readCredentials(secrets: VaultSecrets): Credentials {
  // A password may begin or end with anything; identifiers are often pasted with a blank.
  const value = (field: SecretField) => secrets[field]?.value ?? '';
  const tenantId = value('tenantId').trim();
  const clientId = value('clientId').trim();
  const clientSecret = value('clientSecret').trim();
  const email = value('userEmail').trim();
  const password = value('userPassword');

  const faults: string[] = [];
  for (const [field, id] of [
    ['tenantId', tenantId],
    ['clientId', clientId],
  ] as const) {
    if (id === '') faults.push(fault(field, 'is missing'));
    else if (!GUID.test(id)) faults.push(fault(field, 'is not a GUID'));
  }
  if (clientSecret === '') faults.push(fault('clientSecret', 'is missing'));
  else if (GUID.test(clientSecret)) faults.push(fault('clientSecret', "holds the secret's ID; store its value"));
  if (email !== '' && password === '') faults.push(fault('userPassword', 'is missing although the e-mail is set'));
  if (email === '' && password !== '') faults.push(fault('userEmail', 'is missing although the password is set'));
  if (faults.length > 0) throw new CredentialsError(`${faults.join('. ')}.`);

  const present = Object.values(secrets);
  const ends = present.flatMap(secret => secret.expiresAt ?? []);
  return {
    tenantId,
    clientId,
    clientSecret,
    user: email === '' ? undefined : { email, password },
    version: Object.keys(SECRET_NAMES)
      .map(field => secrets[field as SecretField]?.version ?? '')
      .join('/'),
    expiresAt: ends.length === 0 ? 0 : Math.min(...ends),
  };
}
