import type { CountryCode } from 'libphonenumber-js/min';
import { describeFault } from '../../errors/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { EVENTS } from '../../ports/log.ts';
import type { PullMonitor } from '../../usecases/monitor/pullMonitor.ts';
import type { ReadFresh } from '../../usecases/read/readFresh.ts';
import type { RouteHandler } from '../response.ts';
import { presenceAnswer } from './list.ts';
import { presenceQuery } from './query.ts';

export interface PresenceRoute {
  readonly readPresence: ReadFresh;
  readonly pulls: Pick<PullMonitor, 'count'>;
  readonly defaultCountry: CountryCode;
  readonly clock: Clock;
}

/** One agent, the list, or the next change. */
export function presenceHandler({ readPresence, pulls, defaultCountry, clock }: PresenceRoute): RouteHandler {
  return async (request, log) => {
    const query = presenceQuery(request, defaultCountry);
    const { view, fault, renewed } = await readPresence(log);
    if (fault !== undefined) log(EVENTS.requestFailed, { code: describeFault(fault).code, status: 200 });
    const answer = presenceAnswer(request, view, query, clock());
    pulls.count({ status: answer.status ?? 200, ageSeconds: view.summary(clock()).ageSeconds, renewed }, log);
    return answer;
  };
}
