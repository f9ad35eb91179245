import type { Credentials } from '../../domain/signIn/credentials.ts';
import { mayReadPresence } from '../../domain/signIn/permissions.ts';
import { tokenClaims } from '../../domain/signIn/tokenClaims.ts';
import { ConnectorError, CredentialsError, SignInRefusedError } from '../../errors/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { singleFlight } from '../../lib/singleFlight.ts';
import type { CredentialSource } from '../../ports/credentialSource.ts';
import type { IssuedToken, SignIn } from '../../ports/signIn.ts';
import type { SignInLedger } from '../../ports/signInLedger.ts';
import type { AccessToken, SignInMode, TokenProvider } from '../../ports/tokenProvider.ts';
import { type AttemptGuard, ledgerGuard, memoryGuard } from './attemptGuard.ts';

/** A token is renewed this long before it ends, so that an outage of Entra shorter than that goes unnoticed. */
const RENEW_BEFORE_MS = 5 * 60_000;
/** A renewal that failed is not repeated by every cycle while the old token serves. */
const RENEW_RETRY_MS = 30_000;
/** A Graph that refuses every token must not make us sign in again and again. */
const DISCARD_PAUSE_MS = 60_000;

interface HeldToken extends IssuedToken {
  /** Version of the credentials it was issued for. */
  readonly version: string;
  readonly renewAt: number;
}

export interface TokenProviderDeps {
  readonly source: CredentialSource;
  readonly signIn: SignIn;
  readonly ledger: SignInLedger;
  readonly clock: Clock;
}

/**
 * The one wrapper around MSAL: one request at a time per sign-in, the last good token until it ends, no refused
 * attempt repeated, and the application in place of a user whose sign-in is refused.
 */
export function tokenProvider({ source, signIn, ledger, clock }: TokenProviderDeps): TokenProvider {
  const guards: Readonly<Record<SignInMode, AttemptGuard>> = {
    delegated: ledgerGuard(ledger, () => source.read({ fresh: true }), clock),
    'app-only': memoryGuard(clock),
  };
  const held = new Map<SignInMode, HeldToken>();
  const discardAgainAt = new Map<SignInMode, number>();
  /** What is wrong although a token serves: a renewal that failed, or a user who is refused. */
  const faults = new Map<SignInMode, ConnectorError>();
  /** Renewals that failed are not repeated before, unless the vault has something newer. */
  const renewals = new Map<SignInMode, { readonly version: string; readonly notBefore: number }>();
  /** The version whose refusal made us look into the vault again. */
  const refusedVersions = new Map<SignInMode, string>();
  let failedOver = false;

  async function issue(mode: SignInMode, credentials: Credentials, options?: { force: boolean }): Promise<HeldToken> {
    const issued = await guards[mode].run(credentials, latest => signIn(asMode(latest, mode), mode), options);
    faults.delete(mode);
    renewals.delete(mode);
    if (mode === 'delegated') failedOver = false;
    const { value, expiresAt } = issued;
    const token = { value, expiresAt, version: issued.credentials.version, renewAt: expiresAt - RENEW_BEFORE_MS };
    held.set(mode, token);
    return token;
  }

  /** Signs in; after a refusal once more when the vault holds a newer version than the one refused. */
  async function issueFresh(mode: SignInMode, credentials: Credentials): Promise<HeldToken> {
    try {
      return await issue(mode, credentials);
    } catch (error) {
      if (!(error instanceof SignInRefusedError) || refusedVersions.get(mode) === credentials.version) throw error;
      // A refusal that stood already is no news: the vault is asked once, not each cycle.
      refusedVersions.set(mode, credentials.version);
      const fresh = await source.read({ fresh: true });
      if (fresh.version === credentials.version) throw error;
      return issue(mode, fresh);
    }
  }

  async function acquire(mode: SignInMode, credentials: Credentials): Promise<AccessToken> {
    const now = clock();
    const old = held.get(mode);
    const usable = old !== undefined && now < old.expiresAt ? old : undefined;
    const failed = renewals.get(mode);
    const waiting = failed?.version === credentials.version && now < failed.notBefore;
    const current = usable?.version === credentials.version && now < usable.renewAt;
    if (usable !== undefined && (current || waiting)) return { value: usable.value, mode };
    try {
      return { value: (await issueFresh(mode, credentials)).value, mode };
    } catch (error) {
      if (usable === undefined || !(error instanceof ConnectorError)) throw error;
      faults.set(mode, error);
      renewals.set(mode, { version: credentials.version, notBefore: now + RENEW_RETRY_MS });
      return { value: usable.value, mode };
    }
  }

  const shared = {
    delegated: singleFlight((credentials: Credentials) => acquire('delegated', credentials)),
    'app-only': singleFlight((credentials: Credentials) => acquire('app-only', credentials)),
  };

  /**
   * The user's token; when the user is refused, the application's if it may read presence as well. Once it stands in,
   * it does so until the user signs in again: an outage in between costs nobody a cycle.
   */
  async function forUser(credentials: Credentials): Promise<AccessToken> {
    try {
      return await shared.delegated(credentials);
    } catch (error) {
      if (!(error instanceof ConnectorError) || !(failedOver || error instanceof SignInRefusedError)) throw error;
      const token = await shared['app-only'](credentials).catch(() => undefined);
      if (token === undefined || !mayReadPresence(tokenClaims(token.value))) throw error;
      failedOver = true;
      faults.set('delegated', error);
      return token;
    }
  }

  return {
    async token(purpose) {
      const credentials = await source.read();
      if (purpose === 'directory' || credentials.user === undefined) return shared['app-only'](credentials);
      return forUser(credentials);
    },

    async fresh(mode) {
      const token = await issue(mode, await source.read(), { force: true });
      return { value: token.value, mode };
    },

    permissions: token => tokenClaims(token.value),

    discard({ value, mode }) {
      if (held.get(mode)?.value !== value || clock() < (discardAgainAt.get(mode) ?? 0)) return;
      discardAgainAt.set(mode, clock() + DISCARD_PAUSE_MS);
      held.delete(mode);
    },

    async state() {
      const { secretExpiry, passwordExpiry, user } = await source.read();
      if (user === undefined) faults.delete('delegated');
      const vault = source.fault();
      const all = [...(vault === undefined ? [] : [vault]), ...faults.values()];
      return { secretExpiry, passwordExpiry, user: user?.email, faults: all };
    },
  };
}

/** The credentials for a sign-in, which the vault may have changed under it: the user may be gone from it. */
function asMode(credentials: Credentials, mode: SignInMode): Credentials {
  if (mode === 'app-only' || credentials.user !== undefined) return credentials;
  throw new CredentialsError(
    'The vault holds no user any more. The connector signs in as the application from now on.',
  );
}
