import type { Expiry } from '../domain/signIn/expiry.ts';

export interface PasswordPolicy {
  /**
   * When the user's password ends by the rules of the tenant; unknown when the directory does not let us see it.
   * Never a guess: a tenant that states no period is unknown.
   */
  passwordExpiry(email: string): Promise<Expiry>;
}
