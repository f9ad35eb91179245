import type { Credentials } from '../../domain/signIn/credentials.ts';
import { ConnectorError, CredentialsError, SignInRefusedError, SignInUnavailableError } from '../../errors/errors.ts';
import { cached } from '../../lib/cached.ts';
import type { Time } from '../../lib/clock.ts';
import type { CredentialSource } from '../../ports/credentialSource.ts';
import type { IssuedToken, SignIn } from '../../ports/signIn.ts';
import type { AccessToken, SignInMode } from '../../ports/tokenProvider.ts';
import type { AttemptGuard } from './attemptGuard.ts';

/** A token is renewed this long before it ends, so that an outage of Entra shorter than that goes unnoticed. */
const RENEW_BEFORE_MS = 5 * 60_000;
/** A renewal that failed is not repeated by every cycle while the old token serves. */
const RENEW_RETRY_MS = 30_000;
/** So long a cycle waits for a renewal while the old token serves. */
const RENEWAL_PATIENCE_MS = 1_500;
/** A Graph that refuses every token must not make us sign in again and again. */
const DISCARD_PAUSE_MS = 60_000;

interface HeldToken extends IssuedToken {
  /** Version of the credentials it was issued for. */
  readonly version: string;
}

export interface TokenSessionDeps extends Time {
  readonly source: CredentialSource;
  readonly signIn: SignIn;
}

/** The sign-in of one mode: callers share a request, and the last good token serves until it ends. */
export interface TokenSession {
  token(credentials: Credentials): Promise<AccessToken>;
  /** Signs in now, whatever token is held. */
  renew(credentials: Credentials): Promise<AccessToken>;
  discard(token: AccessToken): void;
  /** What is wrong although a token serves: its renewal failed. */
  fault(): ConnectorError | undefined;
  /** Whatever was wrong does not matter any more. */
  forgetFault(): void;
}

export function tokenSession(
  mode: SignInMode,
  guard: AttemptGuard,
  { source, signIn, clock, monotonic, sleep }: TokenSessionDeps,
): TokenSession {
  let wanted: Credentials | undefined;
  let fault: ConnectorError | undefined;
  /** The version that the last failed load was for. */
  let failedVersion: string | undefined;
  /** The version whose refusal made us look into the vault again. */
  let refusedVersion: string | undefined;
  let mayDiscardAt = Number.NEGATIVE_INFINITY;
  /** Graph did not take it once: it serves on only while Entra cannot be asked for another. */
  let discarded: string | undefined;
  /** Whether the last load failed because Entra could not be asked. */
  let mayServeDiscarded = true;

  const held = cached<HeldToken>({
    monotonic,
    sleep,
    servingPatienceMs: RENEWAL_PATIENCE_MS,
    load: async () => {
      const credentials = wanted ?? (await source.read());
      return issueOrLookAgain(credentials).catch(error => {
        failedVersion = credentials.version;
        mayServeDiscarded = error instanceof SignInUnavailableError;
        throw error;
      });
    },
    rate: ({ value, expiresAt, version }) => {
      if (clock() >= expiresAt) return 'dead';
      if (value === discarded) return mayServeDiscarded ? 'old' : 'dead';
      return version === wanted?.version && clock() < expiresAt - RENEW_BEFORE_MS ? 'fresh' : 'old';
    },
    pauseMs: RENEW_RETRY_MS,
    tolerates: error => error instanceof ConnectorError,
    tooLate: () => new SignInUnavailableError('Entra has not answered yet. The last token serves meanwhile.'),
  });

  async function issue(credentials: Credentials, options?: { force: boolean }): Promise<HeldToken> {
    const issued = await guard.run(credentials, latest => signIn(asMode(latest, mode), mode), options);
    return { value: issued.value, expiresAt: issued.expiresAt, version: issued.credentials.version };
  }

  /** Signs in; after a refusal once more when the vault holds a newer version than the one refused. */
  async function issueOrLookAgain(credentials: Credentials): Promise<HeldToken> {
    try {
      return await issue(credentials);
    } catch (error) {
      if (!(error instanceof SignInRefusedError) || refusedVersion === credentials.version) throw error;
      // A refusal that stood already is no news: the vault is asked once, not each cycle.
      refusedVersion = credentials.version;
      const fresh = await source.read({ fresh: true });
      if (fresh.version === credentials.version) throw error;
      return issue(fresh);
    }
  }

  return {
    async token(credentials) {
      // What failed with older credentials says nothing of newer ones.
      if (wanted?.version !== credentials.version) held.forgetFault();
      wanted = credentials;
      let loaded = await held.get();
      // The load that this call joined was for older credentials.
      if (loaded.fault !== undefined && failedVersion !== credentials.version) {
        held.forgetFault();
        loaded = await held.get();
      }
      fault = loaded.fault instanceof ConnectorError ? loaded.fault : undefined;
      return { value: loaded.value.value, mode };
    },

    async renew(credentials) {
      const token = await issue(credentials, { force: true });
      held.set(token);
      fault = undefined;
      return { value: token.value, mode };
    },

    discard({ value }) {
      if (held.peek()?.value !== value || monotonic() < mayDiscardAt) return;
      mayDiscardAt = monotonic() + DISCARD_PAUSE_MS;
      discarded = value;
      mayServeDiscarded = true;
    },

    fault: () => fault,
    forgetFault() {
      fault = undefined;
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
