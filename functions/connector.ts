import type { HttpRequest } from '@azure/functions';
import { SettingsError } from '../shared/errors/errors.ts';
import { type Failure, type HttpFunction, handle, type RouteHandler } from '../shared/http/response.ts';
import { honourProxy } from '../shared/lib/proxySettings.ts';
import { type DEFAULT_SCHEDULES, readSettings, scheduleOrDefault } from '../shared/settings.ts';
import { type Connector, compose } from './compose.ts';
import { logTo } from './logTo.ts';

let made: Connector | SettingsError | undefined;

function make(): Connector | SettingsError {
  try {
    // Before any client is built: each reads the proxy when it is made.
    const proxyFault = honourProxy(process.env);
    const settings = readSettings(process.env, proxyFault === undefined ? [] : [proxyFault]);
    return compose(settings);
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
}

/**
 * The connector of this process, made when it is first asked for.
 * @throws SettingsError each time while the settings have a fault: nothing runs half-configured
 */
export function connector(): Connector {
  made ??= make();
  if (made instanceof SettingsError) throw made;
  return made;
}

/**
 * The HTTP function of a route: its handler, with the connector it needs.
 * @param shape what a failure looks like on this route
 */
export function route(
  handler: (connector: Connector) => RouteHandler,
  shape?: (failed: Failure, request: HttpRequest) => unknown,
): HttpFunction {
  return handle(async (request, log) => handler(connector())(request, log), logTo, shape);
}

/** When a timer fires. With a fault in the settings the timer runs all the same, to say so. */
export function scheduleOf(timer: keyof typeof DEFAULT_SCHEDULES): string {
  return scheduleOrDefault(process.env, timer);
}
