import { randomBytes } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { Socket } from 'node:net';

const ACCOUNT = 'presencelocal';

interface RowCollection {
  findOne(query: Readonly<Record<string, unknown>>): unknown;
}

interface TableServer {
  readonly httpServer: Server;
  readonly metadataStore: { getEntityCollection(...which: unknown[]): RowCollection };
  start(): Promise<void>;
  close(): Promise<void>;
  getHttpServerAddress(): string;
}

interface AzuriteModules {
  configuration: new (...options: unknown[]) => unknown;
  server: new (configuration: unknown) => TableServer;
}

/** Something that goes wrong on purpose. */
export interface TableFault {
  /** Answer with this status instead of serving; 0 closes the connection without an answer. */
  readonly status?: number;
  /** The page that comes with it. */
  readonly body?: string;
  /** Wait before answering, milliseconds. */
  readonly delayMs?: number;
  /** Only requests that change something. */
  readonly writesOnly?: boolean;
  /** So many requests that are meant are left in peace before. */
  readonly after?: number;
  /** Hits one request, and is over then. */
  readonly once?: boolean;
  /** Called when it hits a request. */
  readonly hit?: () => void;
  /** Serve, but close the connection in place of the answer. */
  readonly losesAnswer?: boolean;
  /** Serve, but stop in the middle of the answer. */
  readonly stalls?: boolean;
  /** Serve, but close the connection in the middle of the answer. */
  readonly cuts?: boolean;
}

/** What went over the network since the start. */
export interface Traffic {
  readonly requests: number;
  /** Both ways, with what the network itself needs for HTTP. */
  readonly bytes: number;
}

export interface Storage {
  readonly connectionString: string;
  traffic(): Traffic;
  /** Makes something go wrong, or undoes it. */
  setFault(fault: TableFault | undefined): void;
  close(): Promise<void>;
}

/** Azurite has no public entry for use as a library; these are the files its own tests start it with. */
function azurite(): AzuriteModules {
  const require = createRequire(import.meta.url);
  // Its telemetry is never started here, and takes as long to load as a third of everything else.
  const { resolve } = createRequire(require.resolve('azurite/package.json'));
  require.cache[resolve('applicationinsights')] = { exports: {} } as NodeJS.Module;
  return {
    configuration: require('azurite/dist/src/table/TableConfiguration').default,
    server: require('azurite/dist/src/table/TableServer').default,
  };
}

/** Puts something that can go wrong before everything that listens to requests. */
function faultSwitch(server: Server): (fault: TableFault | undefined) => void {
  let fault: TableFault | undefined;
  const listeners = server.listeners('request') as ((request: IncomingMessage, response: ServerResponse) => void)[];
  server.removeAllListeners('request');

  function takeFault({ method }: IncomingMessage): TableFault | undefined {
    if (fault === undefined || (fault.writesOnly && method === 'GET')) return undefined;
    const { after = 0, ...taken } = fault;
    if (after > 0) {
      fault = { ...fault, after: after - 1 };
      return undefined;
    }
    fault = taken.once ? undefined : taken;
    return taken;
  }

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { status, body, delayMs = 0, losesAnswer, stalls, cuts, hit } = takeFault(request) ?? {};
    hit?.();
    if (losesAnswer) {
      response.write = () => true;
      response.end = () => response.destroy();
    }
    if (stalls) {
      response.write = () => true;
      response.end = () => {
        response.flushHeaders();
        return response;
      };
    }
    if (cuts) {
      const write = response.write.bind(response) as (chunk: unknown, done: () => void) => boolean;
      const hangUp = () => {
        response.flushHeaders();
        response.destroy();
      };
      const half = (chunk: unknown) => Buffer.from(String(chunk ?? '')).subarray(0, String(chunk ?? '').length / 2);
      response.write = (chunk: unknown) => write(half(chunk), hangUp);
      response.end = (chunk: unknown) => {
        response.write(chunk);
        return response;
      };
    }
    const answer = () => {
      if (status === 0) response.destroy();
      else if (status !== undefined) response.writeHead(status, { 'content-type': 'text/html' }).end(body);
      else for (const listener of listeners) listener(request, response);
    };
    if (delayMs > 0) setTimeout(answer, delayMs).unref();
    else answer();
  });
  return next => {
    fault = next;
  };
}

/** Azurite reads a row piece by piece, and takes a character that comes in two pieces for two that it does not know. */
function keepCharactersWhole(server: Server): void {
  server.prependListener('request', (request: IncomingMessage) => {
    if (request.headers['content-type']?.includes('json')) request.setEncoding('utf8');
  });
}

/**
 * Azurite looks for a row by its partition first, and then at all of that partition's rows one by one: a list of very
 * many people takes minutes to write. By the row's own key it finds the few that have it at once.
 */
function findByRowKeyFirst({ metadataStore }: TableServer): void {
  const collectionOf = metadataStore.getEntityCollection.bind(metadataStore);
  const quick = new WeakSet<RowCollection>();
  metadataStore.getEntityCollection = (...which) => {
    const collection = collectionOf(...which);
    if (quick.has(collection)) return collection;
    const find = collection.findOne.bind(collection);
    collection.findOne = ({ RowKey, ...query }) => find({ RowKey, ...query });
    quick.add(collection);
    return collection;
  };
}

/** Counts what comes and goes. */
function trafficCounter(server: Server): () => Traffic {
  const open = new Set<Socket>();
  let [requests, closedBytes] = [0, 0];
  const bytesOf = (socket: Socket) => socket.bytesRead + socket.bytesWritten;
  server.on('request', () => (requests += 1));
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('close', () => {
      open.delete(socket);
      closedBytes += bytesOf(socket);
    });
  });
  return () => ({ requests, bytes: closedBytes + [...open].reduce((sum, socket) => sum + bytesOf(socket), 0) });
}

/** Azurite's table service on a free port of this machine, in memory, with an account of its own. */
export async function startStorage(): Promise<Storage> {
  // Azurite reads its accounts anew every minute: a second one in this process must not take the first one's key away.
  process.env['AZURITE_ACCOUNTS'] ??= `${ACCOUNT}:${randomBytes(32).toString('base64')}`;
  const key = process.env['AZURITE_ACCOUNTS'].slice(ACCOUNT.length + 1);
  const { configuration, server } = azurite();
  const config = new configuration(
    ...['127.0.0.1', 0, undefined, undefined, false, false, undefined, undefined, false],
    // The SDK may speak a newer version of the service than Azurite knows.
    true,
    ...[undefined, undefined, undefined, undefined, false],
    true,
  );
  const table = new server(config);
  findByRowKeyFirst(table);
  await table.start();
  keepCharactersWhole(table.httpServer);
  const setFault = faultSwitch(table.httpServer);
  const traffic = trafficCounter(table.httpServer);
  const endpoint = `${table.getHttpServerAddress()}/${ACCOUNT}`;
  return {
    connectionString: `DefaultEndpointsProtocol=http;AccountName=${ACCOUNT};AccountKey=${key};TableEndpoint=${endpoint};`,
    setFault,
    traffic,
    close: () => table.close(),
  };
}
