import { describeFault, type RefusalReason, SignInRefusedError } from '../../errors/errors.ts';
import type { AccessToken } from '../../ports/tokenProvider.ts';
import { type Examination, type Finding, failed } from './steps.ts';

/** The refusal, if a sign-in was refused for this reason. */
export function refusedFor(outcome: AccessToken | Error | undefined, reason: RefusalReason) {
  return outcome instanceof SignInRefusedError && outcome.reason === reason ? outcome : undefined;
}

/** What a fault says, as finding; a refusal knows the section of the guide that mends it. */
export function fault(error: unknown, todo: string): Finding {
  const guide = error instanceof SignInRefusedError && error.guide !== '' ? { guide: error.guide } : {};
  return { ...failed(describeFault(error).message, todo), ...guide };
}

export const AS_IT_SAYS = 'Do what the sentence says, then run the doctor again.';

/** Whether the connector signs in as the user. */
export function asUser({ credentials }: Examination): boolean {
  return credentials?.user !== undefined;
}
