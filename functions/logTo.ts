import type { InvocationContext } from '@azure/functions';
import { systemTime } from '../shared/lib/clock.ts';
import { rarely } from '../shared/lib/rarely.ts';
import { EVENTS, type Log } from '../shared/ports/log.ts';

const WARNINGS: ReadonlySet<string> = new Set([
  EVENTS.pollFailed,
  EVENTS.pollHealed,
  EVENTS.syncFailed,
  EVENTS.requestFailed,
]);
const MINUTE_MS = 60_000;

/** An outage fails every pull: a line for each would bury everything else. */
const failures = rarely(systemTime.monotonic, MINUTE_MS);

/** Log lines of one invocation: the event's name and its counts. */
export function logTo(context: InvocationContext): Log {
  const write: Log = (event, fields) => {
    const line = `${event} ${JSON.stringify(fields)}`;
    if (WARNINGS.has(event)) context.warn(line);
    else context.log(line);
  };
  return (event, fields) => {
    const isFailure = event === EVENTS.requestFailed;
    const requests = isFailure ? failures.count(JSON.stringify(fields)) : 0;
    // An outage that ended within a minute is told of by the next line, whatever that is about.
    for (const [kind, count] of failures.ended()) write(EVENTS.requestFailed, { ...JSON.parse(kind), requests: count });
    if (!isFailure) write(event, fields);
    else if (requests > 0) write(event, { ...fields, requests });
  };
}
