import { describeFault, SignInRefusedError } from '../../errors.ts';
import type { AccessToken } from '../../ports/tokenProvider.ts';
import { type Examination, type Finding, failed } from './steps.ts';

/** Sections of the set-up guide. */
export const GUIDE = {
  registration: 'Create App Registration',
  user: 'Create a User with permissions to use the Application',
  password: 'Additional User Configuration',
  owner: 'Assign the User to the Application',
  permissions: 'Grant Permissions',
  secret: 'Create a Client Secret',
  values: 'Gather all Information',
} as const;

/** Entra's code for a permission that nobody has consented to. */
export const NO_CONSENT: ReadonlySet<number> = new Set([65001]);

/** The refusal, if a sign-in was refused with one of the codes. */
export function refusedWith(outcome: AccessToken | Error | undefined, codes: ReadonlySet<number>) {
  return outcome instanceof SignInRefusedError && codes.has(outcome.aadsts) ? outcome : undefined;
}

/** What a fault says, as finding. */
export function fault(error: unknown, todo: string): Finding {
  return failed(describeFault(error).message, todo);
}

/** Whether the connector signs in as the user. */
export function asUser({ credentials }: Examination): boolean {
  return credentials?.user !== undefined;
}
