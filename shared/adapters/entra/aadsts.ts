/**
 * What an Entra error code means for the administrator, with the step of the set-up guide that mends it.
 * Source: learn.microsoft.com/entra/identity-platform/reference-error-codes.
 */
const SENTENCES: Readonly<Record<number, string>> = {
  50034: 'The user does not exist in this tenant. Check teams-user-email and teams-tenant-id (guide: Create a User)',
  50053:
    'The user is locked after too many wrong passwords. Unblock the user in Entra (guide: Additional User Configuration)',
  50055:
    "The user's password has expired, or the password change of the first login was skipped. Set a new password, store it as teams-user-password and switch its expiry off (guide: Additional User Configuration)",
  50056: 'The user has no password in the cloud. Use a cloud-only account (guide: Create a User)',
  50057: 'The user is disabled. Enable the account in Entra (guide: Create a User)',
  50076:
    'The tenant demands MFA of the user. Exempt the account, or remove e-mail and password to sign in as the application (guide: Additional User Configuration)',
  50079:
    'The tenant demands that the user registers for MFA. Exempt the account, or remove e-mail and password to sign in as the application (guide: Additional User Configuration)',
  50126:
    "The user's e-mail or password is wrong. Store the right teams-user-password; it is not tried again before (guide: Additional User Configuration)",
  50144:
    "The user's on-premises password has expired. Use a cloud-only account or set a new password (guide: Additional User Configuration)",
  50196: 'Entra saw the same request too often. The connector waits',
  53003:
    'A Conditional Access policy blocks the sign-in. Exclude the account from it (guide: Additional User Configuration)',
  530035:
    'Security defaults block the sign-in. Sign in as the application instead: remove e-mail and password (guide: Additional User Configuration)',
  65001: 'The permissions have no admin consent. Click "Grant admin consent" (guide: Grant Permissions)',
  700016:
    'The application is not known in this tenant. Check teams-client-id and teams-tenant-id (guide: Create App Registration)',
  7000112: 'The application is disabled. Enable its enterprise application in Entra (guide: Create App Registration)',
  7000215:
    "The client secret is wrong; often the secret's ID was copied. Store its value as teams-client-secret (guide: Create a Client Secret)",
  7000218: 'The client secret is missing. Store it as teams-client-secret (guide: Create a Client Secret)',
  7000222:
    'The client secret has expired. Create a new one and store it as teams-client-secret (guide: Create a Client Secret)',
  700027: 'The signature of the client assertion is not valid. Check the certificate (guide: Create a Client Secret)',
  700213:
    'The application does not trust the managed identity. Add it as a federated credential, or store teams-client-secret (guide: Create a Client Secret)',
  700229:
    'The federated credential needs a token of the managed identity itself. Check the federated credential of the application (guide: Create a Client Secret)',
  9001023: 'The sign-in needs the address of one tenant. Check teams-tenant-id (guide: Gather all Information)',
  90002: 'The tenant was not found. Check teams-tenant-id (guide: Gather all Information)',
};

/** Codes by which Entra says that it is overloaded itself. */
const TRANSIENT = new Set([90033, 90055]);

export function isTransientCode(aadsts: number): boolean {
  return TRANSIENT.has(aadsts);
}

/** The number in an Entra error; 0 when there is none. */
export function aadstsNumber(error: { errorNo?: string; errorMessage?: string }): number {
  const inMessage = /AADSTS(\d{4,8})/.exec(error.errorMessage ?? '')?.[1];
  return Number(inMessage ?? error.errorNo ?? 0) || 0;
}

/** One sentence for the administrator. */
export function refusalSentence(aadsts: number): string {
  const code = aadsts === 0 ? 'no code' : `AADSTS${aadsts}`;
  return `${SENTENCES[aadsts] ?? 'Entra refused the sign-in. Look the code up in the sign-in logs of Entra'} (${code}).`;
}
