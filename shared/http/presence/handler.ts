import type { CountryCode } from 'libphonenumber-js/min';
import { describeFault } from '../../errors/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { EVENTS } from '../../ports/log.ts';
import type { PullMonitor } from '../../usecases/monitor/pullMonitor.ts';
import type { ReadFresh } from '../../usecases/read/readFresh.ts';
import type { RouteHandler } from '../response.ts';
import { presenceAnswer } from './answer.ts';
import { presenceQuery } from './query.ts';

/** How the board says that it is one. */
const CLIENT_HEADER = 'x-presence-client';
const BOARD_CLIENT = 'board';

interface PresenceRoute {
  readonly readPresence: () => ReadFresh;
  readonly pulls: Pick<PullMonitor, 'count'>;
  readonly defaultCountry: CountryCode;
  readonly clock: Clock;
}

/** One agent, the list, or the next change. */
export function presenceHandler({ readPresence, pulls, defaultCountry, clock }: PresenceRoute): RouteHandler {
  return async (request, log) => {
    const query = presenceQuery(request, defaultCountry);
    const { snapshot, fault, renewed } = await readPresence()(log);
    if (fault !== undefined) log(EVENTS.requestFailed, { code: describeFault(fault).code, status: 200 });
    const { answer, ageSeconds } = presenceAnswer(request, snapshot, query, clock());
    // A board that is left open must not look like an ACD that asks.
    const isBoard = request.headers.get(CLIENT_HEADER) === BOARD_CLIENT;
    if (!isBoard) pulls.count({ status: answer.status ?? 200, ageSeconds, renewed }, log);
    return answer;
  };
}
