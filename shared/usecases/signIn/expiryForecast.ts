import { type Expiry, earlier, NEVER, UNKNOWN_EXPIRY } from '../../domain/signIn/expiry.ts';
import { ConnectorError } from '../../errors/errors.ts';
import { type Cached, cached, rateByAge } from '../../lib/cached.ts';
import type { Monotonic } from '../../lib/clock.ts';
import type { PasswordPolicy } from '../../ports/passwordPolicy.ts';
import type { CredentialState } from '../../ports/tokenProvider.ts';

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
export function expiryForecast(policy: PasswordPolicy, monotonic: Monotonic): ExpiryForecast {
  /** Of the user it was asked for; there is one user, until the vault holds another. */
  let known: { readonly user: string; readonly expiry: Cached<Expiry> } | undefined;

  function ofUser(user: string): Cached<Expiry> {
    if (known?.user !== user) {
      const load = () => policy.passwordExpiry(user);
      const options = { rate: rateByAge(REUSE_MS), pauseMs: RETRY_MS, emptyPauseMs: RETRY_MS, tolerates };
      known = { user, expiry: cached<Expiry>({ load, monotonic, ...options }) };
    }
    return known.expiry;
  }

  async function inDirectory(user: string, fresh: boolean): Promise<Expiry> {
    try {
      return (await ofUser(user).get({ fresh })).value;
    } catch (error) {
      // A forecast that cannot be made must not cost the cycle.
      if (tolerates(error)) return UNKNOWN_EXPIRY;
      throw error;
    }
  }

  return async ({ user, secretExpiry, passwordExpiry }, { fresh } = { fresh: false }) => ({
    secretExpiry,
    passwordExpiry:
      user === undefined ? { at: NEVER, source: '' } : earlier(passwordExpiry, await inDirectory(user, fresh)),
  });
}

function tolerates(error: unknown): boolean {
  return error instanceof ConnectorError;
}
