import { CredentialsError } from '../../errors/errors.ts';
import { GUID } from '../../lib/guid.ts';
import { type Expiry, earlier, NEVER, UNKNOWN_EXPIRY } from './expiry.ts';
import { pasteArtefact } from './pasteArtefact.ts';
import { type ClientCertificate, readCertificate } from './readCertificate.ts';
import { SETUP_GUIDE } from './setupGuide.ts';

/** One secret as the vault holds it. */
export interface Secret {
  readonly value: string;
  readonly version: string;
  /** Milliseconds since 1970, UTC; undefined when nobody set an expiry. */
  readonly expiresAt: number | undefined;
}

/** The names of the guide's five values in Key Vault, and of the certificate that may replace the secret. */
export const SECRET_NAMES = {
  tenantId: 'teams-tenant-id',
  clientId: 'teams-client-id',
  clientSecret: 'teams-client-secret',
  clientCertificate: 'teams-client-certificate',
  userEmail: 'teams-user-email',
  userPassword: 'teams-user-password',
} as const;

export type SecretField = keyof typeof SECRET_NAMES;
export type VaultSecrets = Readonly<Partial<Record<SecretField, Secret>>>;

/** How the application proves who it is. Which one follows from what the vault holds. */
export type ClientCredential =
  | { readonly kind: 'secret'; readonly secret: string }
  | { readonly kind: 'certificate'; readonly certificate: ClientCertificate }
  /** The app's managed identity vouches for it: there is no secret at all. */
  | { readonly kind: 'federated' };

/** No address is longer (RFC 5321: 64 characters, @ and 255); looking at more would take seconds. */
const LONGEST_ADDRESS = 320;
/** What Entra takes as user name: an address, without the signs that mail programs put around it. */
const USER_NAME = /^(?!')[^\s@<>",;:\\]+@[^\s@<>",;:\\]+\.[^\s@<>",;:\\]+(?<!')$/;

/** What the connector signs in with; without a user it signs in as the application. */
export interface Credentials {
  readonly tenantId: string;
  readonly clientId: string;
  readonly proof: ClientCredential;
  readonly user: { readonly email: string; readonly password: string } | undefined;
  /** Changes whenever a value in the vault gets a new version. */
  readonly version: string;
  /** Changes with tenant, application, e-mail and password only: what makes a refused password worth another try. */
  readonly passwordVersion: string;
  readonly secretExpiry: Expiry;
  /** What the vault says of the password; the directory may know better. */
  readonly passwordExpiry: Expiry;
}

const GUIDE_STEP: Readonly<Record<SecretField, string>> = {
  tenantId: SETUP_GUIDE.values,
  clientId: SETUP_GUIDE.registration,
  clientSecret: SETUP_GUIDE.secret,
  clientCertificate: SETUP_GUIDE.secret,
  userEmail: SETUP_GUIDE.user,
  userPassword: SETUP_GUIDE.password,
};

/** One sentence on a secret of the vault, with the step of the guide it belongs to. */
function secretFault(field: SecretField, problem: string): string {
  return `Key Vault secret ${SECRET_NAMES[field]} ${problem} (guide: ${GUIDE_STEP[field]})`;
}

function vaultExpiry(secret: Secret | undefined): Expiry {
  return secret?.expiresAt === undefined ? UNKNOWN_EXPIRY : { at: secret.expiresAt, source: 'vault' };
}

/** What was pasted along with a value would be sent with it, and a password attempt burned on it. */
function artefactFaults(secrets: VaultSecrets): string[] {
  return (Object.keys(SECRET_NAMES) as SecretField[])
    .filter(field => field !== 'clientCertificate')
    .flatMap(field => {
      const artefact = pasteArtefact(secrets[field]?.value ?? '');
      return artefact === undefined ? [] : secretFault(field, `holds ${artefact}; store the value without it`);
    });
}

function identifierFault(field: 'tenantId' | 'clientId', id: string): string[] {
  if (id === '') return [secretFault(field, 'is missing')];
  return GUID.test(id) ? [] : [secretFault(field, 'is not a GUID')];
}

/** A certificate goes before a secret; with neither the managed identity vouches. */
function readProof(secrets: VaultSecrets): { proof: ClientCredential; expiry: Expiry; faults: string[] } {
  const faults: string[] = [];
  const { clientCertificate, clientSecret } = secrets;
  if (clientCertificate !== undefined) {
    const read = readCertificate(clientCertificate.value);
    if ('certificate' in read) {
      const { certificate } = read;
      const own: Expiry = { at: certificate.expiresAt, source: 'certificate' };
      return {
        proof: { kind: 'certificate', certificate },
        expiry: earlier(own, vaultExpiry(clientCertificate)),
        faults,
      };
    }
    faults.push(secretFault('clientCertificate', read.problem));
  }
  if (clientSecret !== undefined) {
    const secret = clientSecret.value;
    if (secret === '') faults.push(secretFault('clientSecret', 'is empty'));
    if (GUID.test(secret)) faults.push(secretFault('clientSecret', "holds the secret's ID; store its value"));
    return { proof: { kind: 'secret', secret }, expiry: vaultExpiry(clientSecret), faults };
  }
  return { proof: { kind: 'federated' }, expiry: { at: NEVER, source: '' }, faults };
}

function versionOf(secrets: VaultSecrets, fields: readonly SecretField[]): string {
  return fields.map(field => secrets[field]?.version ?? '').join('/');
}

/**
 * Reads the values as one set of credentials.
 * @throws CredentialsError that names every secret that is missing, half-filled or malformed, never a value
 */
export function readCredentials(secrets: VaultSecrets): Credentials {
  const tenantId = (secrets.tenantId?.value ?? '').trim();
  const clientId = (secrets.clientId?.value ?? '').trim();
  const email = secrets.userEmail?.value ?? '';
  const password = secrets.userPassword?.value ?? '';
  const { proof, expiry, faults: proofFaults } = readProof(secrets);

  const faults = [
    ...artefactFaults(secrets),
    ...identifierFault('tenantId', tenantId),
    ...identifierFault('clientId', clientId),
    ...proofFaults,
  ];
  if (email !== '' && password === '')
    faults.push(secretFault('userPassword', 'is missing although the e-mail is set'));
  if (email !== '' && (email.length > LONGEST_ADDRESS || !USER_NAME.test(email)))
    faults.push(secretFault('userEmail', 'is not the user name of an account, which is written as an address'));
  if (email === '' && password !== '') faults.push(secretFault('userEmail', 'is missing although the password is set'));
  // Without a user nothing was meant to be secret; with one, the secret was forgotten.
  if (email !== '' && proof.kind === 'federated')
    faults.push(secretFault('clientSecret', 'is missing although the user is set'));
  if (faults.length > 0) throw new CredentialsError(`${faults.join('. ')}.`);

  return {
    tenantId,
    clientId,
    proof,
    user: email === '' ? undefined : { email, password },
    version: versionOf(secrets, Object.keys(SECRET_NAMES) as SecretField[]),
    passwordVersion: versionOf(secrets, ['tenantId', 'clientId', 'userEmail', 'userPassword']),
    secretExpiry: expiry,
    passwordExpiry: vaultExpiry(secrets.userPassword),
  };
}
