import type { NoAnswer } from './api.ts';
import type { Health } from './useHealth.ts';
import type { Seen } from './useList.ts';
import type { Say } from './words.ts';

/** Why there is no new answer, and what to do; a sentence of the connector's own where it gave one. */
function refusalWords({ status, message }: NoAnswer, say: Say): string {
  if (status === 0) return say('networkBanner');
  if (message !== `HTTP ${status}`) return say('refusedBanner', message);
  return status === 403 ? say('addressBanner') : say('startingBanner', message);
}

interface BannerProps {
  readonly say: Say;
  readonly seen: Seen;
  readonly fault: NoAnswer | undefined;
  readonly health: Health | undefined;
}

/** What keeps the page from being true now; nothing when all is well. */
export function Banner({ say, seen, fault, health }: BannerProps) {
  const age = seen.ageSeconds + Math.round((Date.now() - seen.at) / 1000);
  let text = '';
  if (fault !== undefined) text = refusalWords(fault, say);
  else if (seen.list?.stale === 1) text = say('staleBanner');
  // What changes every second is not read out every second.
  return (
    <div class={text === '' ? '' : 'banner'}>
      <span role="alert">{text}</span>
      {text !== '' && seen.list !== undefined && ` ${say('shownAge', age)}`}
      {fault === undefined && text !== '' && ` ${health?.fault1 ?? ''}`}
    </div>
  );
}
