import { type RefusalReason, SignInRefusedError } from '../../errors/errors.ts';
import { SETUP_GUIDE } from './setupGuide.ts';

type Meaning = readonly [guide: string, sentence: string];

/**
 * What an Entra error code means for the administrator, and the section of the set-up guide that mends it.
 * Source: learn.microsoft.com/entra/identity-platform/reference-error-codes.
 */
const MEANINGS: Readonly<Record<number, Meaning>> = {
  50034: [SETUP_GUIDE.user, 'The user does not exist in this tenant. Check teams-user-email and teams-tenant-id'],
  50053: [
    SETUP_GUIDE.password,
    'The user is locked after too many wrong passwords, or Entra takes the address of the connector for malicious. Nobody can unlock the user by hand: wait until the lock ends, or reset the password and store the new one',
  ],
  50055: [
    SETUP_GUIDE.password,
    "The user's password has expired, or the password change of the first login was skipped. Set a new password, store it as teams-user-password and switch its expiry off",
  ],
  50056: [SETUP_GUIDE.user, 'The user has no password in the cloud. Use a cloud-only account'],
  50057: [SETUP_GUIDE.user, 'The user is disabled. Enable the account in Entra'],
  50076: [
    SETUP_GUIDE.password,
    'The tenant demands MFA of the user. Exempt the account, or remove e-mail and password to sign in as the application',
  ],
  50079: [
    SETUP_GUIDE.password,
    'The tenant demands that the user registers for MFA. Exempt the account, or remove e-mail and password to sign in as the application',
  ],
  50126: [
    SETUP_GUIDE.password,
    "The user's e-mail or password is wrong. Store the right teams-user-password; it is not tried again before",
  ],
  50158: [
    SETUP_GUIDE.password,
    'The tenant demands a second step from another provider, which no program can do. Exclude the account from that policy, or remove e-mail and password to sign in as the application',
  ],
  50144: [
    SETUP_GUIDE.password,
    "The user's on-premises password has expired. Use a cloud-only account or set a new password",
  ],
  50196: ['', 'Entra saw the same request too often. The connector waits'],
  53000: [
    SETUP_GUIDE.password,
    'A Conditional Access policy demands a compliant device, which the connector does not have. Exclude the account from it, or remove e-mail and password to sign in as the application',
  ],
  53003: [SETUP_GUIDE.password, 'A Conditional Access policy blocks the sign-in. Exclude the account from it'],
  530035: [
    SETUP_GUIDE.password,
    'Security defaults block the sign-in. Sign in as the application instead: remove e-mail and password',
  ],
  65004: [SETUP_GUIDE.permissions, 'The consent was declined. Click "Grant admin consent"'],
  90072: [SETUP_GUIDE.user, 'The user belongs to another tenant. Use a cloud-only account of this one'],
  65001: [SETUP_GUIDE.permissions, 'The permissions have no admin consent. Click "Grant admin consent"'],
  700016: [
    SETUP_GUIDE.registration,
    'The application is not known in this tenant. Check teams-client-id and teams-tenant-id',
  ],
  700024: [
    SETUP_GUIDE.secret,
    'The application proves itself with a time that Entra does not take. Check the clock of the machine and the period of the certificate',
  ],
  1000502: [
    SETUP_GUIDE.secret,
    'The certificate has ended, or is not valid yet. Store a new one as teams-client-certificate',
  ],
  50105: [
    SETUP_GUIDE.registration,
    'The application is open to assigned users only. Assign the account to its enterprise application, or switch "Assignment required" off',
  ],
  501051: [
    SETUP_GUIDE.registration,
    'The application may not be used without an assignment. Assign it, or switch "Assignment required" off',
  ],
  50072: [
    SETUP_GUIDE.password,
    'The tenant demands that the user registers for MFA. Exempt the account, or remove e-mail and password to sign in as the application',
  ],
  50074: [
    SETUP_GUIDE.password,
    'The tenant demands MFA of the user. Exempt the account, or remove e-mail and password to sign in as the application',
  ],
  7000229: [
    SETUP_GUIDE.registration,
    'The application has no service principal in this tenant. Create it: az ad sp create --id CLIENT-ID',
  ],
  7000112: [SETUP_GUIDE.registration, 'The application is disabled. Enable its enterprise application in Entra'],
  7000215: [
    SETUP_GUIDE.secret,
    "The client secret is wrong; often the secret's ID was copied. Store its value as teams-client-secret",
  ],
  7000218: [
    SETUP_GUIDE.secret,
    'The client secret is missing. Store it as teams-client-secret or, where a policy of the tenant forbids secrets, a certificate as teams-client-certificate',
  ],
  7000222: [SETUP_GUIDE.secret, 'The client secret has expired. Create a new one and store it as teams-client-secret'],
  700027: [SETUP_GUIDE.secret, 'The signature of the client assertion is not valid. Check the certificate'],
  700213: [
    SETUP_GUIDE.secret,
    'The application does not trust the managed identity. Add it as a federated credential, or store teams-client-secret',
  ],
  700229: [
    SETUP_GUIDE.secret,
    'The federated credential needs a token of the managed identity itself. Check the federated credential of the application',
  ],
  9001023: [SETUP_GUIDE.values, 'The sign-in needs the address of one tenant. Check teams-tenant-id'],
  90002: [SETUP_GUIDE.values, 'The tenant was not found. Check teams-tenant-id'],
};

/** A wrong password: each further try brings the account nearer to being locked. */
export const WRONG_PASSWORD = 50126;

/** Codes whose cause somebody acts on; every other is of the user or of the application. */
const REASONS: Readonly<Record<number, RefusalReason>> = {
  [WRONG_PASSWORD]: 'wrong-password',
  65001: 'no-consent',
  90002: 'wrong-tenant',
  9001023: 'wrong-tenant',
  700016: 'wrong-application',
  7000112: 'wrong-application',
  7000229: 'wrong-application',
};

/** Refusals between the user's numbers that are none of the user's: of the tenant, the resource, a certificate, a moment. */
const NOT_OF_USER = new Set([
  ...[50000, 50001, 50002, 50003, 50006, 50007, 50008, 50010, 50011, 50012, 50013, 50017],
  ...[50027, 50032, 50033, 50042, 50048, 50049, 50059, 50068, 50087, 50089],
  ...[50128, 50146, 50161, 50192, 50194, 50196],
]);
/** Refusals of the user outside of those numbers: MFA denied, account or name deleted or foreign, consent declined. */
const OF_USER_TOO = new Set([500121, 500208, 500212, 500341, 500571, 65004, 90072, 90094, 90095]);

function isNumberOfUser(aadsts: number): boolean {
  // A refusal without a number may be of the user: the careful answer is that it is.
  if (aadsts === 0) return true;
  if (OF_USER_TOO.has(aadsts)) return true;
  // 80xxx come from the password check of the company's own directory, which counts attempts too.
  const ranges = [
    [50_000, 54_000],
    [80_000, 81_000],
    [530_000, 540_000],
  ] as const;
  return ranges.some(([from, to]) => aadsts >= from && aadsts < to);
}

/** What an AADSTS number is about. */
export function refusalReason(aadsts: number): RefusalReason {
  const reason = REASONS[aadsts];
  if (reason !== undefined) return reason;
  return isNumberOfUser(aadsts) && !NOT_OF_USER.has(aadsts) ? 'user' : 'application';
}

const OF_USER: ReadonlySet<RefusalReason> = new Set(['user', 'wrong-password', 'no-consent']);

/** Whether a refusal is of the user, and may count towards a lock; any other is of the application. */
export function isOfUser(reason: RefusalReason): boolean {
  return OF_USER.has(reason);
}

/** Codes by which Entra says that it is overloaded itself, or the password check of the company's own directory is. */
const TRANSIENT = new Set([50000, 90033, 90055, 80001, 80002, 80005, 80007, 80014]);

export function isTransientCode(aadsts: number): boolean {
  return TRANSIENT.has(aadsts);
}

/** Refusals that healthy applications meet now and then, for seconds (azure-workload-identity#273, #576). */
const PASSING = new Set([50087, 90006, 90012, 90024, 5000224]);
const PASSING_MEANING: Meaning = [
  '',
  'Entra refused the application for a moment, as happens to healthy ones now and then. The connector tries again by itself',
];

/**
 * The number in an Entra error; 0 when there is none. Of several, as of a refusal within a refusal, the one that needs
 * the most care: a wrong password counts, whatever else is said about it.
 */
export function aadstsNumber(error: { errorNo?: string; errorMessage?: string }): number {
  const inMessage = [...(error.errorMessage ?? '').matchAll(/AADSTS(\d{4,8})/g)].map(([, number]) => Number(number));
  const numbers = inMessage.length > 0 ? inMessage : [Number(error.errorNo ?? 0) || 0];
  const ofUser = numbers.filter(number => isOfUser(refusalReason(number)));
  return ofUser.find(number => number === WRONG_PASSWORD) ?? ofUser[0] ?? numbers[0] ?? 0;
}

const UNKNOWN_MEANING: Meaning = ['', 'Entra refused the sign-in. Look the code up in the sign-in logs of Entra'];

/** The refusal an AADSTS number means, with one sentence for the administrator. */
export function refusal(aadsts: number, cause?: unknown): SignInRefusedError {
  const code = aadsts === 0 ? 'no code' : `AADSTS${aadsts}`;
  const isOutage = PASSING.has(aadsts);
  const [guide, words] = MEANINGS[aadsts] ?? (isOutage ? PASSING_MEANING : UNKNOWN_MEANING);
  const place = guide === '' ? code : `${code}, guide: ${guide}`;
  const reason = refusalReason(aadsts);
  return new SignInRefusedError(`${words} (${place}).`, { aadsts, reason, guide, cause, isOutage });
}
