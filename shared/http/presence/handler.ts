import type { CountryCode } from 'libphonenumber-js/min';
import type { Snapshot } from '../../domain/snapshot/snapshot.ts';
import { describeFault } from '../../errors/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { EVENTS, type Log } from '../../ports/log.ts';
import type { RouteHandler } from '../response.ts';
import { presenceAnswer } from './list.ts';
import { presenceQuery } from './query.ts';

export interface PresenceRoute {
  /** What is published, renewed if need be, and why it could not be. */
  readonly readPresence: (log: Log) => Promise<{ readonly view: Snapshot; readonly fault: unknown }>;
  readonly countPull: (status: number, log: Log) => void;
  readonly defaultCountry: CountryCode;
  readonly clock: Clock;
}

/** One agent, the list, or the next change. */
export function presenceHandler({ readPresence, countPull, defaultCountry, clock }: PresenceRoute): RouteHandler {
  return async (request, log) => {
    const query = presenceQuery(request, defaultCountry);
    const { view, fault } = await readPresence(log);
    if (fault !== undefined) log(EVENTS.requestFailed, { code: describeFault(fault).code, status: 200 });
    const answer = presenceAnswer(request, view, query, clock());
    countPull(answer.status ?? 200, log);
    return answer;
  };
}
