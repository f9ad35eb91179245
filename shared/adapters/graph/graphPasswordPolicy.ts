import type { Domain, User } from '@microsoft/microsoft-graph-types';
import { type Expiry, NEVER, UNKNOWN_EXPIRY } from '../../domain/signIn/expiry.ts';
import { GraphForbiddenError, GraphNotFoundError } from '../../errors/errors.ts';
import type { PasswordPolicy } from '../../ports/passwordPolicy.ts';
import type { GraphQuestions } from './graphQuestions.ts';
import type { Untrusted } from './untrusted.ts';

const DAY_MS = 86_400_000;
/**
 * Entra writes 2,147,483,647 into a domain for "passwords do not expire" (learn.microsoft.com/graph/api/resources/domain);
 * what ends in a thousand years does not end either, and more does not fit into a date.
 */
const LONGEST_PERIOD_DAYS = 365_250;

/** What the directory says of a user's password: its own exemption, its age, and the period of the user's domain. */
export function graphPasswordPolicy(ask: GraphQuestions): PasswordPolicy {
  /**
   * Undefined where it cannot be known: 403, for the guide does not grant Domain.Read.All and a new token would not help,
   * and 404, for the user is of another tenant.
   */
  const get = <T>(path: string): Promise<Untrusted<T> | undefined> =>
    ask(async graph => {
      try {
        return (await graph({ method: 'GET', path })).body as Untrusted<T>;
      } catch (error) {
        if (error instanceof GraphForbiddenError || error instanceof GraphNotFoundError) return undefined;
        throw error;
      }
    });

  return {
    async passwordExpiry(email): Promise<Expiry> {
      const select = 'passwordPolicies,lastPasswordChangeDateTime';
      const user = await get<User>(`/v1.0/users/${encodeURIComponent(email)}?$select=${select}`);
      const policies = typeof user?.passwordPolicies === 'string' ? user.passwordPolicies : '';
      if (/\bDisablePasswordExpiration\b/i.test(policies)) return { at: NEVER, source: 'directory' };
      const changedAt = Date.parse(String(user?.lastPasswordChangeDateTime ?? ''));
      // Entra writes the year 1601 for what never was.
      if (!(changedAt > 0)) return UNKNOWN_EXPIRY;
      const domain = await get<Domain>(`/v1.0/domains/${encodeURIComponent(email.split('@')[1] ?? '')}`);
      const period = domain?.passwordValidityPeriodInDays;
      if (typeof period !== 'number' || period <= 0) return UNKNOWN_EXPIRY;
      const at = period > LONGEST_PERIOD_DAYS ? NEVER : changedAt + period * DAY_MS;
      return { at, source: 'directory' };
    },
  };
}
