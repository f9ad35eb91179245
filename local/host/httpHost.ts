import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { HostLog, LoadedApp } from './core.ts';
import { invoke } from './invoke.ts';
import { type HostKeys, isMaster, opens } from './keys.ts';
import { decodePath, encodePath, findRoute, type Match, type Route, routeTable } from './routes.ts';

const MAX_REQUEST_LINE = 8_192;
const MAX_HEADER_BYTES = 32_768;
const MAX_HEADERS = 100;
const MAX_BODY = 104_857_600;

interface HttpHostOptions {
  readonly app: LoadedApp;
  readonly keys: HostKeys;
  readonly routePrefix: string;
  readonly log: HostLog;
  /** Runs a timer function by hand; false when there is none of that name. */
  readonly runTimer: (name: string) => boolean;
}

interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly rawQuery: string;
}

/** An answer of the platform itself: a status and nothing else. */
function bare(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  const length = response.req.method === 'HEAD' ? {} : { 'content-length': '0' };
  response.writeHead(status, { ...length, ...headers }).end();
}

/** Refuses and hangs up, as for a request whose rest is not worth reading. */
function refuse({ request, response }: Pick<Call, 'request' | 'response'>, status: number): void {
  bare(response, status, { connection: 'close' });
  request.resume();
}

function limitBroken(request: IncomingMessage): number {
  const url = request.url ?? '';
  const { host } = request.headers;
  if (host === undefined) return request.httpVersion === '1.0' ? 500 : 400;
  if (/[^\w.:[\]-]/.test(host)) return 400;
  const [, named = host] = /^https?:\/\/([^/?]*)/i.exec(url) ?? [];
  if (named.toLowerCase() !== host.toLowerCase()) return 400;
  if (`${request.method} ${url} HTTP/1.1\r\n`.length > MAX_REQUEST_LINE) return 414;
  const { rawHeaders } = request;
  const bytes = rawHeaders.reduce((sum, text) => sum + text.length + 2, 0);
  if (bytes > MAX_HEADER_BYTES || rawHeaders.length / 2 > MAX_HEADERS) return 431;
  return /[^\x21-\x7e]/.test(url) || url.split('?', 1)[0]?.includes('%00') ? 400 : 0;
}

/** Only a body with a declared length reaches a function: a chunked one arrives empty, as on the platform. */
async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const declared = request.headers['content-length'] !== undefined;
  for await (const chunk of request) if (declared) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Repeated names in any case become one value, joined with commas; the last spelling of the name stays. */
function joinedQuery(query: URLSearchParams): Record<string, { value: string }> {
  const joined = new Map<string, { name: string; value: string }>();
  for (const [name, value] of query) {
    const before = joined.get(name.toLowerCase());
    joined.set(name.toLowerCase(), { name, value: before === undefined ? value : `${before.value},${value}` });
  }
  return nullable([...joined.values()].map(({ name, value }) => [name, value]));
}

function joinedHeaders(request: IncomingMessage): Record<string, { value: string }> {
  return nullable(Object.entries(request.headersDistinct).map(([name, values]) => [name, (values ?? []).join(',')]));
}

function nullable(entries: readonly (readonly [string, string])[]): Record<string, { value: string }> {
  return Object.fromEntries(entries.map(([name, value]) => [name, { value }]));
}

interface RpcResponse {
  readonly statusCode: string;
  readonly headers: Record<string, string>;
  readonly body?: { readonly bytes?: Uint8Array } | null;
}

function send(response: ServerResponse, answer: RpcResponse | undefined): void {
  if (answer === undefined) {
    response.writeHead(204).end();
    return;
  }
  const status = Number(answer.statusCode);
  const bytes = answer.body?.bytes ?? new Uint8Array();
  const bodiless = status === 204 || status === 304;
  response.writeHead(
    status,
    bytes.length > 0 || bodiless ? answer.headers : { ...answer.headers, 'content-length': 0 },
  );
  // A body that is written before the end goes out chunked, as the platform sends it.
  if (bytes.length > 0 && !bodiless) response.write(bytes);
  response.end();
}

async function callFunction(options: HttpHostOptions, call: Call, { route, params }: Match): Promise<void> {
  const { request, response, path, query, rawQuery } = call;
  const declared = Number(request.headers['content-length'] ?? 0);
  if (!opens(options.keys, { name: route.fn.metadata.name, authLevel: route.authLevel }, request, query)) {
    if (declared > MAX_BODY) refuse(call, 401);
    else bare(response, 401);
    return;
  }
  if (declared > MAX_BODY) {
    refuse(call, 500);
    return;
  }
  const bytes = await readBody(request);
  const http = {
    method: request.method,
    url: `http://${request.headers.host ?? ''}${encodePath(path)}${rawQuery}`,
    nullableHeaders: joinedHeaders(request),
    nullableQuery: joinedQuery(query),
    nullableParams: nullable(Object.entries(params)),
    body: { bytes },
  };
  try {
    const returned = (await invoke(options.app, route.fn, { http }, options.log)) as { http?: RpcResponse } | undefined;
    send(response, returned?.http);
  } catch (error) {
    // Its message may quote the address, and with it a key.
    options.log('error', `${route.fn.metadata.name} failed: ${error instanceof Error ? error.name : 'unknown'}`);
    bare(response, 500);
  }
}

function administer(options: HttpHostOptions, { request, response, path, query }: Call): void {
  request.resume();
  const name = /^\/admin\/functions\/([^/]+)$/.exec(path)?.[1];
  if (path === '/admin/host/ping') bare(response, 200);
  else if (!isMaster(options.keys, request, query)) bare(response, 401, { 'www-authenticate': 'Bearer' });
  else if (path === '/admin/host/status') {
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify({ state: 'Running', version: '4.1037.0.0' }));
  } else {
    const ran = request.method === 'POST' && name !== undefined && options.runTimer(name);
    bare(response, ran ? 202 : 404);
  }
}

async function handle(options: HttpHostOptions, routes: readonly Route[], call: Call): Promise<void> {
  const { request, response, path } = call;
  const broken = limitBroken(request);
  const match = findRoute(routes, request.method ?? '', path);
  if (broken !== 0) refuse(call, broken);
  else if (/^\/(admin|runtime\/webhooks)\//i.test(path)) administer(options, call);
  else if (match !== undefined) await callFunction(options, call, match);
  else if (Number(request.headers['content-length'] ?? 0) > MAX_BODY) refuse(call, 404);
  else {
    request.resume();
    bare(response, 404);
  }
}

function toCall(request: IncomingMessage, response: ServerResponse): Call {
  const target = (request.url ?? '/').replace(/^https?:\/\/[^/?#]*/i, '');
  const at = target.indexOf('?');
  const rawQuery = at < 0 ? '' : target.slice(at);
  const path = decodePath(at < 0 ? target : target.slice(0, at));
  return { request, response, path, query: new URLSearchParams(rawQuery), rawQuery };
}

/** The front of the local host: answers as the Functions host was measured to answer. */
export function httpHost(options: HttpHostOptions): Server {
  const routes = routeTable(options.app.functions, options.routePrefix);
  // Node's own header limit lies above ours, so that ours decides the status.
  const server = createServer(
    { maxHeaderSize: 4 * MAX_HEADER_BYTES, keepAliveTimeout: 130_000, requireHostHeader: false },
    (request, response) => {
      response.setHeader('server', 'Kestrel');
      // A connection that stays open is not worth a header to the platform.
      if (response.shouldKeepAlive) response.removeHeader('connection');
      handle(options, routes, toCall(request, response)).catch(error => {
        options.log('error', `The request could not be served: ${error instanceof Error ? error.message : 'unknown'}`);
        if (response.headersSent) response.destroy();
        else bare(response, 500);
      });
    },
  );
  server.maxHeadersCount = 0;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const status = error.code === 'HPE_INVALID_METHOD' ? '404 Not Found' : '400 Bad Request';
    if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  });
  return server;
}
