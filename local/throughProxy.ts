import http from 'node:http';
import { honourProxy } from '../shared/lib/proxySettings.ts';
import type { Command } from './command.ts';

/** The command as one that asks through the proxy of the surroundings, as the app does; it throws when that is no address. */
export function throughProxy(command: Command): Command {
  return async (words, terminal) => {
    const fault = honourProxy(process.env);
    if (fault !== undefined) throw new Error(`${fault}.`);
    // A proxy that hangs up is noticed at once by the newer versions of Node that have this.
    http.setGlobalProxyFromEnv?.(process.env as Record<string, string>);
    return command(words, terminal);
  };
}
