import http from 'node:http';
import { honourProxy } from '../shared/lib/proxySettings.ts';

/** Has the commands ask through the proxy of the surroundings, as the app does. @throws Error when it is no address */
export function useProxy(): void {
  const fault = honourProxy(process.env);
  if (fault !== undefined) throw new Error(`${fault}.`);
  // A proxy that hangs up is noticed at once by the newer versions of Node that have this.
  http.setGlobalProxyFromEnv?.(process.env as Record<string, string>);
}
