import { randomBytes } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';

const ACCOUNT = 'presencelocal';

interface TableServer {
  readonly httpServer: Server;
  start(): Promise<void>;
  close(): Promise<void>;
  getHttpServerAddress(): string;
}

interface AzuriteModules {
  configuration: new (...options: unknown[]) => unknown;
  server: new (configuration: unknown) => TableServer;
}

export interface Storage {
  readonly connectionString: string;
  /** Answers 503 to everything, or serves again. */
  setOutage(isOut: boolean): void;
  close(): Promise<void>;
}

/** Azurite has no public entry for use as a library; these are the files its own tests start it with. */
function azurite(): AzuriteModules {
  const require = createRequire(import.meta.url);
  return {
    configuration: require('azurite/dist/src/table/TableConfiguration').default,
    server: require('azurite/dist/src/table/TableServer').default,
  };
}

/** Puts a switch before everything that listens to requests. */
function outageSwitch(server: Server): (isOut: boolean) => void {
  let out = false;
  const listeners = server.listeners('request') as ((request: IncomingMessage, response: ServerResponse) => void)[];
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (out) response.writeHead(503).end();
    else for (const listener of listeners) listener(request, response);
  });
  return isOut => {
    out = isOut;
  };
}

/** Azurite's table service on a free port of this machine, in memory, with an account of its own. */
export async function startStorage(): Promise<Storage> {
  const key = randomBytes(32).toString('base64');
  process.env['AZURITE_ACCOUNTS'] = `${ACCOUNT}:${key}`;
  const { configuration, server } = azurite();
  const config = new configuration(
    ...['127.0.0.1', 0, undefined, undefined, false, false, undefined, undefined, false],
    // The SDK may speak a newer version of the service than Azurite knows.
    true,
    ...[undefined, undefined, undefined, undefined, false],
    true,
  );
  const table = new server(config);
  await table.start();
  const outage = outageSwitch(table.httpServer);
  const endpoint = `${table.getHttpServerAddress()}/${ACCOUNT}`;
  return {
    connectionString: `DefaultEndpointsProtocol=http;AccountName=${ACCOUNT};AccountKey=${key};TableEndpoint=${endpoint};`,
    setOutage: outage,
    close: () => table.close(),
  };
}
