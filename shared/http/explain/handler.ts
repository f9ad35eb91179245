import type { CountryCode } from 'libphonenumber-js/min';
import type { FreshnessLimits } from '../../domain/presence/freshness.ts';
import type { Clock } from '../../lib/clock.ts';
import { EVENTS } from '../../ports/log.ts';
import type { ReadFresh } from '../../usecases/read/readFresh.ts';
import { EXPLAIN_PARAMETERS } from '../contract/parameters.ts';
import { fromCopy } from '../lastCopy.ts';
import { readQuery } from '../query.ts';
import type { RouteHandler } from '../response.ts';
import { findAgent } from './findAgent.ts';
import { explainAnswer } from './response.ts';

interface ExplainRoute {
  readonly readPresence: () => ReadFresh;
  readonly defaultCountry: CountryCode;
  readonly clock: Clock;
  /** Available for so long without any change is pointed out; 0 is off. */
  readonly suspiciousAfterMs: number;
  readonly limits: FreshnessLimits;
}

/** Why an agent is answered as it is. */
export function explainHandler({ readPresence, defaultCountry, clock, ...route }: ExplainRoute): RouteHandler {
  const { suspiciousAfterMs } = route;
  const { staleAfterMs } = route.limits;
  return async (request, log) => {
    const { key } = readQuery(request, EXPLAIN_PARAMETERS);
    // Somebody on the phone wants to know how it is now, as the ACD would be told.
    const read = await readPresence()(log, { fresh: true });
    const { snapshot, fault } = read;
    return fromCopy(read, clock(), () => {
      const found = findAgent(snapshot.index, key, defaultCountry);
      // A management key is not personal: that it was used, and when, is all that can be kept.
      log(EVENTS.agentExplained, {});
      return explainAnswer(snapshot, found, { now: clock(), suspiciousAfterMs, staleAfterMs, tableFault: fault });
    });
  };
}
