import type { Credentials } from '../../domain/credentials.ts';
import { mayReadPresence } from '../../domain/permissions.ts';
import { ConnectorError, SignInRefusedError } from '../../errors.ts';
import type { CredentialSource } from '../../ports/credentialSource.ts';
import type { SignInLedger } from '../../ports/signInLedger.ts';
import type { Clock } from '../../ports/time.ts';
import type { AccessToken, SignInMode, TokenProvider } from '../../ports/tokenProvider.ts';
import { type AttemptGuard, ledgerGuard, memoryGuard } from './attemptGuards.ts';
import { permissionsOf } from './permissions.ts';
import type { IssuedToken, SignIn } from './signIn.ts';

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
export function entraTokenProvider({ source, signIn, ledger, clock }: TokenProviderDeps): TokenProvider {
  const guards: Readonly<Record<SignInMode, AttemptGuard>> = {
    delegated: ledgerGuard(ledger, clock),
    'app-only': memoryGuard(clock),
  };
  const held = new Map<SignInMode, HeldToken>();
  const running = new Map<SignInMode, Promise<AccessToken>>();
  const discardAgainAt = new Map<SignInMode, number>();
  /** What is wrong although a token serves: a renewal that failed, or a user who is refused. */
  const faults = new Map<SignInMode, ConnectorError>();

  async function issue(mode: SignInMode, credentials: Credentials, options?: { insist: boolean }): Promise<HeldToken> {
    const token = await guards[mode].run(credentials, () => signIn(credentials, mode), options);
    faults.delete(mode);
    const renewed = { ...token, version: credentials.version, renewAt: token.expiresAt - RENEW_BEFORE_MS };
    held.set(mode, renewed);
    return renewed;
  }

  /** Signs in; after a refusal once more when the vault holds a newer version than the one refused. */
  async function issueFresh(mode: SignInMode, credentials: Credentials): Promise<HeldToken> {
    const known = guards[mode].standing(credentials);
    try {
      return await issue(mode, credentials);
    } catch (error) {
      // A refusal that stood already is no news: the vault is asked when its copy is old, not each cycle.
      if (!(error instanceof SignInRefusedError) || known !== undefined) throw error;
      const fresh = await source.read({ fresh: true });
      if (fresh.version === credentials.version) throw error;
      return issue(mode, fresh);
    }
  }

  async function acquire(mode: SignInMode, credentials: Credentials): Promise<AccessToken> {
    const now = clock();
    const old = held.get(mode);
    const usable = old !== undefined && now < old.expiresAt ? old : undefined;
    if (usable?.version === credentials.version && now < usable.renewAt) return { value: usable.value, mode };
    try {
      return { value: (await issueFresh(mode, credentials)).value, mode };
    } catch (error) {
      if (usable === undefined || !(error instanceof ConnectorError)) throw error;
      faults.set(mode, error);
      held.set(mode, { ...usable, renewAt: Math.max(usable.renewAt, now + RENEW_RETRY_MS) });
      return { value: usable.value, mode };
    }
  }

  function shared(mode: SignInMode, credentials: Credentials): Promise<AccessToken> {
    let request = running.get(mode);
    if (request === undefined) {
      request = acquire(mode, credentials).finally(() => running.delete(mode));
      running.set(mode, request);
    }
    return request;
  }

  /** The user's token; when the user is refused, the application's if it may read presence as well. */
  async function forUser(credentials: Credentials): Promise<AccessToken> {
    try {
      return await shared('delegated', credentials);
    } catch (refusal) {
      if (!(refusal instanceof SignInRefusedError)) throw refusal;
      const token = await shared('app-only', credentials).catch(() => undefined);
      if (token === undefined || !mayReadPresence(permissionsOf(token.value))) throw refusal;
      faults.set('delegated', refusal);
      return token;
    }
  }

  return {
    async token(purpose) {
      const credentials = await source.read();
      if (purpose === 'directory' || credentials.user === undefined) return shared('app-only', credentials);
      return forUser(credentials);
    },

    async fresh(mode) {
      const token = await issue(mode, await source.read(), { insist: true });
      return { value: token.value, mode };
    },

    permissions: token => permissionsOf(token.value),

    discard({ value, mode }) {
      if (held.get(mode)?.value !== value || clock() < (discardAgainAt.get(mode) ?? 0)) return;
      discardAgainAt.set(mode, clock() + DISCARD_PAUSE_MS);
      held.delete(mode);
    },

    async state() {
      const { secretExpiry, passwordExpiry, user } = await source.read();
      if (user === undefined) faults.delete('delegated');
      return { secretExpiry, passwordExpiry, user: user?.email, fault: source.fault() ?? [...faults.values()][0] };
    },
  };
}
