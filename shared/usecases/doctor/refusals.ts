import {
  ConnectorError,
  describeFault,
  GraphThrottledError,
  GraphUnavailableError,
  type RefusalReason,
  SignInRefusedError,
  SignInUnavailableError,
} from '../../errors/errors.ts';
import type { AccessToken, SignInMode } from '../../ports/tokenProvider.ts';
import { type Examination, type Finding, failed } from './steps.ts';

/** The refusal, if a sign-in was refused for this reason. */
export function refusedFor(outcome: AccessToken | Error | undefined, reason: RefusalReason) {
  return outcome instanceof SignInRefusedError && outcome.reason === reason ? outcome : undefined;
}

const PASSES = 'There is nothing to mend here: run the doctor again in a minute.';
/** Nothing in the set-up mends an outage of Microsoft. */
const OUTAGES = [SignInUnavailableError, GraphThrottledError, GraphUnavailableError];

/** What a fault says, as finding; a refusal knows the section of the guide that mends it. */
export function fault(error: unknown, todo: string): Finding {
  const finding = failed(describeFault(error).message, todo);
  if (error instanceof SignInRefusedError && error.guide !== '') return { ...finding, guide: error.guide };
  const isOut = error instanceof ConnectorError && error.isOutage;
  const isOfMicrosoft = OUTAGES.some(outage => error instanceof outage);
  return { ...finding, ...(isOut && { todo: PASSES }), ...(isOfMicrosoft && { guide: '' }) };
}

export const AS_IT_SAYS = 'Do what the sentence says, then run the doctor again.';

/** What a refusal of the user takes to be tried again: the doctor keeps to the same waits as the connector. */
export const IS_REMEMBERED =
  'The refusal is remembered for an hour: to have it tried at once store teams-user-password anew, be it the same value, and run the doctor again.';

/** What to do about a sign-in that did not succeed. */
export function signInTodo(error: Error, mode: SignInMode): string {
  // A device that opens the encryption is named with what to set.
  if (error instanceof SignInUnavailableError && !error.message.includes('NODE_EXTRA_CA_CERTS')) {
    return 'Check the network, its proxy and AUTHORITY_HOST, and run the doctor again in a minute.';
  }
  return mode === 'app-only' || refusedFor(error, 'user') === undefined
    ? AS_IT_SAYS
    : `Do what the sentence says. ${IS_REMEMBERED}`;
}

/** Whether the connector signs in as the user. */
export function asUser({ credentials }: Examination): boolean {
  return credentials?.user !== undefined;
}
