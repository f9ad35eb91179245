import type { InvocationContext } from '@azure/functions';
import { EVENTS, type Log } from '../shared/ports/log.ts';

const WARNINGS: ReadonlySet<string> = new Set([
  EVENTS.pollFailed,
  EVENTS.pollHealed,
  EVENTS.syncFailed,
  EVENTS.requestFailed,
]);

/** Log lines of one invocation: the event's name and its counts. */
export function logTo(context: InvocationContext): Log {
  return (event, fields) => {
    const line = `${event} ${JSON.stringify(fields)}`;
    if (WARNINGS.has(event)) context.warn(line);
    else context.log(line);
  };
}
