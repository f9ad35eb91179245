import type { Credentials } from '../../domain/credentials.ts';
import { ConnectorError, SignInRefusedError } from '../../errors.ts';
import type { CredentialSource } from '../../ports/credentialSource.ts';
import type { Clock } from '../../ports/time.ts';
import type { AccessToken, SignInMode, TokenProvider, TokenPurpose } from '../../ports/tokenProvider.ts';
import type { IssuedToken, SignIn } from './signIn.ts';

/** A token is renewed this long before it ends, so that an outage of Entra shorter than that goes unnoticed. */
const RENEW_BEFORE_MS = 5 * 60_000;
/** A renewal that failed is not repeated by every cycle while the old token serves. */
const RENEW_RETRY_MS = 30_000;
/** The administrator mends most refusals outside the vault, so they are tried again, but seldom. */
const REFUSAL_RETRY_MS = 60 * 60_000;
const WRONG_PASSWORD = 50126;

interface HeldToken extends IssuedToken {
  /** Version of the credentials it was issued for. */
  readonly version: string;
  readonly renewAt: number;
}

interface Refusal {
  readonly error: SignInRefusedError;
  readonly version: string;
  readonly retryAt: number;
}

/** The one wrapper around MSAL: one request at a time per sign-in, the last good token until it ends. */
export function entraTokenProvider(source: CredentialSource, signIn: SignIn, clock: Clock): TokenProvider {
  const held = new Map<SignInMode, HeldToken>();
  const refusals = new Map<SignInMode, Refusal>();
  const running = new Map<SignInMode, Promise<AccessToken>>();
  /** Why a renewal failed while the token before it serves on. */
  const renewalFaults = new Map<SignInMode, ConnectorError>();

  function standingRefusal(mode: SignInMode, version: string): SignInRefusedError | undefined {
    const refusal = refusals.get(mode);
    return refusal?.version === version && clock() < refusal.retryAt ? refusal.error : undefined;
  }

  async function attempt(mode: SignInMode, credentials: Credentials): Promise<IssuedToken> {
    const refused = standingRefusal(mode, credentials.version);
    if (refused !== undefined) throw refused;
    try {
      return await signIn(credentials, mode);
    } catch (error) {
      if (error instanceof SignInRefusedError) {
        // A wrong password is never repeated: each try brings the account nearer to being locked.
        const retryAt = error.aadsts === WRONG_PASSWORD ? Number.POSITIVE_INFINITY : clock() + REFUSAL_RETRY_MS;
        refusals.set(mode, { error, version: credentials.version, retryAt });
      }
      throw error;
    }
  }

  /** Signs in; after a refusal once more when the vault holds a newer version than the one refused. */
  async function issue(mode: SignInMode, credentials: Credentials): Promise<HeldToken> {
    const keep = (token: IssuedToken, version: string): HeldToken => {
      refusals.delete(mode);
      renewalFaults.delete(mode);
      const renewed = { ...token, version, renewAt: token.expiresAt - RENEW_BEFORE_MS };
      held.set(mode, renewed);
      return renewed;
    };
    try {
      return keep(await attempt(mode, credentials), credentials.version);
    } catch (error) {
      if (!(error instanceof SignInRefusedError)) throw error;
      const fresh = await source.read({ fresh: true });
      if (fresh.version === credentials.version) throw error;
      return keep(await attempt(mode, fresh), fresh.version);
    }
  }

  async function acquire(mode: SignInMode, credentials: Credentials): Promise<AccessToken> {
    const now = clock();
    const old = held.get(mode);
    const usable = old !== undefined && now < old.expiresAt ? old : undefined;
    if (usable?.version === credentials.version && now < usable.renewAt) return { value: usable.value, mode };
    try {
      return { value: (await issue(mode, credentials)).value, mode };
    } catch (error) {
      if (usable === undefined || !(error instanceof ConnectorError)) throw error;
      renewalFaults.set(mode, error);
      held.set(mode, { ...usable, renewAt: Math.max(usable.renewAt, now + RENEW_RETRY_MS) });
      return { value: usable.value, mode };
    }
  }

  return {
    async token(purpose: TokenPurpose) {
      const credentials = await source.read();
      const mode: SignInMode = purpose === 'presence' && credentials.user !== undefined ? 'delegated' : 'app-only';
      let request = running.get(mode);
      if (request === undefined) {
        request = acquire(mode, credentials).finally(() => running.delete(mode));
        running.set(mode, request);
      }
      return request;
    },

    discard({ value, mode }) {
      if (held.get(mode)?.value === value) held.delete(mode);
    },

    async state() {
      return {
        secretExpiresAt: (await source.read()).expiresAt,
        fault: source.fault() ?? [...renewalFaults.values()][0],
      };
    },
  };
}
