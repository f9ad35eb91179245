import type { Credentials } from '../../domain/signIn/credentials.ts';
import { mayReadPresence } from '../../domain/signIn/permissions.ts';
import { tokenClaims } from '../../domain/signIn/tokenClaims.ts';
import { ConnectorError, SignInRefusedError } from '../../errors/errors.ts';
import type { SignInLedger } from '../../ports/signInLedger.ts';
import type { AccessToken, SignInMode, TokenProvider } from '../../ports/tokenProvider.ts';
import { ledgerGuard, memoryGuard } from './attemptGuard.ts';
import { type TokenSession, type TokenSessionDeps, tokenSession } from './tokenSession.ts';

/** When neither can sign in, it is the user's fault that somebody has to mend; what is no fault of ours goes on. */
function ofConnector(error: unknown): undefined {
  if (!(error instanceof ConnectorError)) throw error;
}

export interface TokenProviderDeps extends TokenSessionDeps {
  readonly ledger: SignInLedger;
}

/**
 * The one place that signs in: a session per mode, no refused attempt repeated, and the application in place of a user
 * whose sign-in is refused.
 */
export function tokenProvider({ ledger, ...deps }: TokenProviderDeps): TokenProvider {
  const { source, clock } = deps;
  const guard = ledgerGuard(ledger, () => source.read({ fresh: true }), deps);
  const sessions: Readonly<Record<SignInMode, TokenSession>> = {
    delegated: tokenSession('delegated', guard, deps),
    'app-only': tokenSession('app-only', memoryGuard(clock), deps),
  };
  /** Why the application stands in for the user. */
  let standIn: ConnectorError | undefined;

  /**
   * The user's token; when the user is refused, the application's if it may read presence as well. Once it stands in,
   * it does so until the user signs in again: an outage in between costs nobody a cycle.
   */
  async function forUser(credentials: Credentials): Promise<AccessToken> {
    try {
      const token = await sessions.delegated.token(credentials);
      standIn = undefined;
      return token;
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      if (standIn === undefined && !(error instanceof SignInRefusedError)) throw error;
      const token = await sessions['app-only'].token(credentials).catch(ofConnector);
      if (token === undefined || !mayReadPresence(tokenClaims(token.value))) throw error;
      standIn = error;
      return token;
    }
  }

  return {
    async token(purpose) {
      const credentials = await source.read();
      if (purpose === 'directory' || credentials.user === undefined) return sessions['app-only'].token(credentials);
      return forUser(credentials);
    },

    async fresh(mode) {
      const token = await sessions[mode].renew(await source.read());
      if (mode === 'delegated') standIn = undefined;
      return token;
    },

    permissions: token => tokenClaims(token.value),

    discard: token => sessions[token.mode].discard(token),

    async state() {
      const credentials = await source.read();
      const { secretExpiry, passwordExpiry, user } = credentials;
      // Only the directory asks as the application: what was wrong with it may be mended. Nothing waits for this.
      const application = sessions['app-only'];
      if (application.fault() !== undefined) application.token(credentials).catch(() => undefined);
      if (user === undefined) {
        standIn = undefined;
        sessions.delegated.forgetFault();
      }
      const faults = [source.fault(), standIn ?? sessions.delegated.fault(), application.fault()];
      const known = faults.filter(fault => fault !== undefined);
      return { secretExpiry, passwordExpiry, user: user?.email, faults: known };
    },
  };
}
