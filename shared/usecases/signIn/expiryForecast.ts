import { type Expiry, earlier, NEVER, UNKNOWN_EXPIRY } from '../../domain/signIn/expiry.ts';
import { ConnectorError } from '../../errors/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import type { PasswordPolicy } from '../../ports/passwordPolicy.ts';
import type { CredentialState, TokenProvider } from '../../ports/tokenProvider.ts';

/** The directory is asked this seldom; what it says changes by the day. */
const REUSE_MS = 60 * 60_000;
/** After a failure it is asked again sooner; meanwhile what it said before stands. */
const RETRY_MS = 5 * 60_000;

export interface Expiries {
  readonly secretExpiry: Expiry;
  readonly passwordExpiry: Expiry;
}

/** With `fresh` the directory is asked now, for somebody who has just changed something. */
export type ExpiryForecast = (state: CredentialState, options?: { readonly fresh: boolean }) => Promise<Expiries>;

/** When secret and password will end: from the vault, and for the password also from the directory. */
export function expiryForecast(tokens: TokenProvider, policy: PasswordPolicy, clock: Clock): ExpiryForecast {
  let known: { user: string; expiry: Expiry; askAgainAt: number } | undefined;

  async function inDirectory(user: string, fresh: boolean): Promise<Expiry> {
    const before = known?.user === user ? known : undefined;
    if (before !== undefined && !fresh && clock() < before.askAgainAt) return before.expiry;
    try {
      const expiry = await policy.passwordExpiry(user, await tokens.token('directory'));
      known = { user, expiry, askAgainAt: clock() + REUSE_MS };
    } catch (error) {
      // A forecast that cannot be made must not cost the cycle.
      if (!(error instanceof ConnectorError)) throw error;
      known = { user, expiry: before?.expiry ?? UNKNOWN_EXPIRY, askAgainAt: clock() + RETRY_MS };
    }
    return known.expiry;
  }

  return async ({ user, secretExpiry, passwordExpiry }, { fresh } = { fresh: false }) => ({
    secretExpiry,
    passwordExpiry:
      user === undefined ? { at: NEVER, source: '' } : earlier(passwordExpiry, await inDirectory(user, fresh)),
  });
}
