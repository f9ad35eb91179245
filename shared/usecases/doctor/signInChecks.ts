import { type Expiry, endPhrase, expiryDate, expiryState, setExpiryCommand } from '../../domain/signIn/expiry.ts';
import { SETUP_GUIDE } from '../../domain/signIn/setupGuide.ts';
import {
  CredentialsError,
  ProofError,
  SignInBusyError,
  SignInRefusedError,
  SignInUnavailableError,
  VaultError,
} from '../../errors/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import type { CredentialSource } from '../../ports/credentialSource.ts';
import type { AccessToken, SignInMode, TokenProvider } from '../../ports/tokenProvider.ts';
import type { ExpiryForecast } from '../signIn/expiryForecast.ts';
import { AS_IT_SAYS, asUser, fault, refusedFor, signInTodo } from './refusals.ts';
import { type Check, type Finding, ok, skipped, warning } from './steps.ts';

interface SignInCheckDeps {
  readonly source: CredentialSource;
  readonly tokens: TokenProvider;
  readonly forecast: ExpiryForecast;
  readonly clock: Clock;
  /** For the commands that are proposed. */
  readonly vaultName: string;
}

const PROOF_WORDS = { secret: 'client secret', certificate: 'certificate', federated: 'managed identity' } as const;

async function attempt(tokens: TokenProvider, mode: SignInMode): Promise<AccessToken | Error> {
  try {
    return await tokens.fresh(mode);
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

const UNKNOWN = 'unknown: Entra refused the sign-in without saying so';

/** Whether a refusal leaves open what Entra knows: it has no number, or only asks to come again. */
function saysNothing(outcome: AccessToken | Error | undefined): boolean {
  return outcome instanceof SignInRefusedError && (outcome.aadsts === 0 || outcome.isOutage);
}

function expiryFinding(expiry: Expiry, now: number, vaultName: string, secret: string): Finding {
  const state = expiryState(expiry, now);
  if (state === 'unknown') {
    return warning('unknown: nobody has said when it ends', `Set it: ${setExpiryCommand(vaultName, secret)}`);
  }
  const date = expiryDate(expiry);
  const when = date === '' ? 'it does not end' : `${endPhrase(expiry, now)} (${expiry.source})`;
  if (state === 'ok') return ok(when);
  return warning(state === 'critical' ? `critical: ${when}` : when, `Create a new one and store it as ${secret}.`);
}

/** The guide's steps up to a signed-in user; also before anything is deployed. */
export function signInChecks({ source, tokens, forecast, clock, vaultName }: SignInCheckDeps): Check[] {
  const expiries = async () => forecast(await tokens.state(), { fresh: true });
  return [
    {
      id: 'vault',
      title: 'The vault can be read',
      guide: SETUP_GUIDE.values,
      needs: [],
      async run(examination) {
        try {
          examination.credentials = await source.read({ fresh: true });
        } catch (error) {
          if (error instanceof VaultError)
            return fault(error, 'Mend the access to the vault, then run the doctor again.');
          if (!(error instanceof CredentialsError)) throw error;
          examination.valuesFault = error;
        }
        const known = source.fault();
        if (known instanceof CredentialsError) examination.valuesFault = known;
        return known instanceof VaultError ? fault(known, 'Mend the access to the vault.') : ok('readable');
      },
    },
    {
      id: 'values',
      title: 'The values are there and well-formed',
      guide: SETUP_GUIDE.values,
      needs: ['vault'],
      async run(examination) {
        if (examination.credentials !== undefined && examination.valuesFault === undefined) {
          const { proof, user } = examination.credentials;
          const who = user === undefined ? 'signs in as the application' : 'signs in as the user';
          return ok(`${who}, with a ${PROOF_WORDS[proof.kind]}`);
        }
        return fault(examination.valuesFault, 'Store the values that are named in the vault.');
      },
    },
    {
      id: 'tenant',
      title: 'The tenant exists',
      guide: SETUP_GUIDE.values,
      needs: ['values'],
      async run(examination) {
        examination.application = await attempt(tokens, 'app-only');
        const { application } = examination;
        const refusal = refusedFor(application, 'wrong-tenant');
        if (refusal !== undefined) return fault(refusal, AS_IT_SAYS);
        if (application instanceof SignInUnavailableError)
          return fault(application, signInTodo(application, 'app-only'));
        if (application instanceof ProofError) return skipped('not checked: the application cannot prove who it is');
        return saysNothing(application) ? skipped(UNKNOWN) : ok('found');
      },
    },
    {
      id: 'application',
      title: 'The application is known and enabled',
      guide: SETUP_GUIDE.registration,
      needs: ['tenant'],
      async run({ application }) {
        const refusal = refusedFor(application, 'wrong-application');
        if (application instanceof ProofError) return skipped('not checked: the application cannot prove who it is');
        if (refusal !== undefined) return fault(refusal, AS_IT_SAYS);
        return saysNothing(application) ? skipped(UNKNOWN) : ok('known');
      },
    },
    {
      id: 'single-tenant',
      title: 'The application is for this tenant only',
      guide: SETUP_GUIDE.registration,
      needs: ['application'],
      run: async () =>
        skipped(
          'unknown: the connector may not read the registration',
          'See that "Supported account types" says this directory only.',
        ),
    },
    {
      id: 'proof',
      title: 'The application proves who it is',
      guide: SETUP_GUIDE.secret,
      needs: ['application'],
      async run({ application, credentials }) {
        const what = PROOF_WORDS[credentials?.proof.kind ?? 'secret'];
        return application instanceof Error
          ? fault(application, signInTodo(application, 'app-only'))
          : ok(`the ${what} is accepted`);
      },
    },
    {
      id: 'proof-expiry',
      title: 'The secret is valid for a while',
      guide: SETUP_GUIDE.secret,
      needs: ['proof'],
      async run({ credentials }) {
        if (credentials?.proof.kind === 'federated') return ok('there is no secret that could end');
        const name = credentials?.proof.kind === 'certificate' ? 'teams-client-certificate' : 'teams-client-secret';
        const { secretExpiry } = await expiries();
        return expiryFinding(secretExpiry, clock(), vaultName, name);
      },
    },
    {
      id: 'user',
      title: 'The user signs in',
      guide: SETUP_GUIDE.user,
      needs: ['proof', 'storage'],
      async run(examination) {
        if (!asUser(examination)) return skipped('not needed: the connector signs in as the application');
        examination.user = await attempt(tokens, 'delegated');
        const { user } = examination;
        // Entra asks for consent only once it has accepted user and password.
        if (!(user instanceof Error) || refusedFor(user, 'no-consent')) return ok('e-mail and password are accepted');
        if (user instanceof SignInBusyError) return warning(user.message, 'Run the doctor again in a minute.');
        return fault(user, signInTodo(user, 'delegated'));
      },
    },
    {
      id: 'password-expiry',
      title: "The user's password is valid for a while",
      guide: SETUP_GUIDE.password,
      needs: ['user'],
      async run(examination) {
        if (!asUser(examination)) return skipped('not needed: there is no password');
        const { passwordExpiry } = await expiries();
        return expiryFinding(passwordExpiry, clock(), vaultName, 'teams-user-password');
      },
    },
    {
      id: 'owner',
      title: 'The user owns the application',
      guide: SETUP_GUIDE.owner,
      needs: [],
      run: async () =>
        skipped('not needed: this connector does not use it', 'You may remove the user from the owners.'),
    },
  ];
}
