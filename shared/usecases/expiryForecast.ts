import { type Expiry, earlier, NEVER, UNKNOWN_EXPIRY } from '../domain/expiry.ts';
import { ConnectorError } from '../errors.ts';
import type { PasswordPolicy } from '../ports/passwordPolicy.ts';
import type { Clock } from '../ports/time.ts';
import type { CredentialState, TokenProvider } from '../ports/tokenProvider.ts';

/** The directory is asked this seldom; what it says changes by the day. */
const REUSE_MS = 60 * 60_000;

export interface Expiries {
  readonly secretExpiry: Expiry;
  readonly passwordExpiry: Expiry;
}

export type ExpiryForecast = (state: CredentialState) => Promise<Expiries>;

/** When secret and password will end: from the vault, and for the password also from the directory. */
export function expiryForecast(tokens: TokenProvider, policy: PasswordPolicy, clock: Clock): ExpiryForecast {
  let known: { user: string; expiry: Expiry; askedAt: number } | undefined;

  async function inDirectory(user: string): Promise<Expiry> {
    if (known?.user === user && clock() - known.askedAt < REUSE_MS) return known.expiry;
    known = { user, expiry: UNKNOWN_EXPIRY, askedAt: clock() };
    try {
      known = { ...known, expiry: await policy.passwordExpiry(user, await tokens.token('directory')) };
    } catch (error) {
      // A forecast that cannot be made is unknown; it must not cost the cycle.
      if (!(error instanceof ConnectorError)) throw error;
    }
    return known.expiry;
  }

  return async ({ user, secretExpiry, passwordExpiry }) => ({
    secretExpiry,
    passwordExpiry: user === undefined ? { at: NEVER, source: '' } : earlier(passwordExpiry, await inDirectory(user)),
  });
}
