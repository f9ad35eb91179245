import { NoAnswer } from './api.ts';
import { ageOf, NEVER_SECONDS, type Seen } from './useList.ts';
import type { Say } from './words.ts';

const isOfConnector = ({ status, message }: NoAnswer) => status !== 0 && message !== `HTTP ${status}`;

/** Why there is no new answer, and what to do; a sentence of the connector's own where it gave one. */
function refusalWords(error: NoAnswer, say: Say): string {
  const { status, message } = error;
  if (status === 0) return say('networkBanner');
  if (isOfConnector(error)) return say('refusedBanner', message);
  return status === 403 ? say('addressBanner') : say('startingBanner', message);
}

/** The same for somebody who has asked for one thing. */
export function failureWords(error: unknown, say: Say): string {
  if (!(error instanceof NoAnswer)) return String(error);
  if (error.status === 401) return say('needsManagementKey');
  // What the connector says itself is an answer.
  return isOfConnector(error) ? error.message : refusalWords(error, say);
}

interface BannerProps {
  readonly say: Say;
  readonly seen: Seen;
  readonly fault: NoAnswer | undefined;
  readonly cause: string;
}

/** What keeps the page from being true now; nothing when all is well. */
export function Banner({ say, seen, fault, cause }: BannerProps) {
  const age = ageOf(seen);
  let text = '';
  if (fault !== undefined) text = refusalWords(fault, say);
  else if (seen.list?.stale === 1) text = say('staleBanner');
  // What changes every second is not read out every second.
  return (
    <div class={text === '' ? '' : 'banner'}>
      <span role="alert">{text}</span>
      {text !== '' && seen.list !== undefined && age < NEVER_SECONDS && ` ${say('shownAge', age)}`}
      {fault === undefined && text !== '' && ` ${cause}`}
    </div>
  );
}
