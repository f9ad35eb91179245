/**
 * The process of the local Functions host. Its parent says what to serve; it says when it serves, and it ends when
 * the parent asks it to or is gone.
 */

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { type HostLog, loadApp } from './core.ts';
import { httpHost } from './httpHost.ts';
import type { HostKeys } from './keys.ts';
import { routeTable } from './routes.ts';
import { startTimers } from './startTimers.ts';

export interface HostOptions {
  readonly folder: string;
  readonly address: string;
  readonly port: number;
  readonly keys: HostKeys;
  readonly verbose: boolean;
  /** False leaves timers to be fired by hand. */
  readonly timers: boolean;
}

/** A route as the start prints it. */
export interface ServedRoute {
  readonly name: string;
  readonly methods: readonly string[];
  readonly template: string;
  readonly authLevel: string;
}

export type HostMessage =
  | { readonly ready: { readonly port: number; readonly routes: readonly ServedRoute[] } }
  | { readonly failed: string };

const QUIET = new Set(['trace', 'debug', 'information']);

function tell(message: HostMessage): void {
  process.send?.(message);
}

async function serve(options: HostOptions): Promise<() => Promise<void>> {
  const log: HostLog = (level, message) => {
    if (options.verbose || !QUIET.has(level)) process.stderr.write(`${new Date().toISOString()} ${level} ${message}\n`);
  };
  const app = loadApp(options.folder, log);
  const hostJson = JSON.parse(readFileSync(path.join(options.folder, 'host.json'), 'utf8')) as {
    extensions?: { http?: { routePrefix?: string } };
  };
  const routePrefix = hostJson.extensions?.http?.routePrefix ?? 'api';
  const timers = startTimers(app, options.timers, log);
  const server = httpHost({ app, keys: options.keys, routePrefix, log, runTimer: name => timers.run(name) });
  server.listen(options.port, options.address);
  await once(server, 'listening');
  const routes = routeTable(app.functions, routePrefix).map(({ fn, methods, template, authLevel }) => ({
    name: fn.metadata.name,
    methods: [...methods],
    template,
    authLevel,
  }));
  tell({ ready: { port: (server.address() as AddressInfo).port, routes } });
  return async () => {
    server.close();
    server.closeIdleConnections();
    await timers.stop();
  };
}

let stop: (() => Promise<void>) | undefined;

async function end(): Promise<void> {
  await stop?.();
  process.exit(0);
}

process.once('message', (options: HostOptions) => {
  serve(options).then(
    stopServing => {
      stop = stopServing;
    },
    (error: NodeJS.ErrnoException) => {
      const words: Record<string, string> = {
        EADDRINUSE: `Port ${options.port} is taken. Choose another: npm start -- --port ${options.port + 1}`,
        EACCES: `Port ${options.port} may not be used. Choose one above 1023: npm start -- --port 7071`,
        EADDRNOTAVAIL: `${options.address} is no address of this machine.`,
        ENOTFOUND: `${options.address} is no address of this machine.`,
      };
      tell({ failed: words[error.code ?? ''] ?? error.message });
      process.exit(1);
    },
  );
});
process.once('disconnect', end);
// Ctrl-C reaches the whole terminal group; the parent decides when this process ends.
process.on('SIGINT', () => undefined);
process.on('SIGHUP', () => undefined);
process.on('SIGTERM', end);
