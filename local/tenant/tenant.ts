import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { controlService } from './controlService.ts';
import type { TlsFiles } from './createCertificate.ts';
import { entraService } from './entraService.ts';
import { graphService } from './graphService.ts';
import { identityService } from './identityService.ts';
import { type Fault, type TenantOptions, TenantState } from './state.ts';
import { tokenIssuer } from './tokenIssuer.ts';
import { vaultService } from './vaultService.ts';

/** The name under which the simulated vault is reached; a preload resolves it to this machine. */
export const VAULT_HOST = 'presence-sim.vault.azure.net';
export const TLS_HOSTS = ['localhost', '127.0.0.1', VAULT_HOST];

export interface Tenant {
  readonly state: TenantState;
  /** App settings that point the connector at this tenant. */
  readonly settings: Readonly<Record<string, string>>;
  readonly controlUrl: string;
  close(): Promise<void>;
}

type Listener = (request: http.IncomingMessage, response: http.ServerResponse) => unknown;

const DRIBBLE_MS = 100;

/** Each character keeps the connection busy: only a limit for the whole answer ends this. */
function dribble(response: http.ServerResponse, body: string): void {
  const characters = [...body];
  const next = setInterval(() => {
    const character = characters.shift();
    if (character === undefined || response.destroyed) clearInterval(next);
    else response.write(character);
  }, DRIBBLE_MS).unref();
}

/** A slow answer says what was so when the request came; what it takes to make it is part of the delay. */
function holdBack(response: http.ServerResponse, delayMs: number): void {
  const held: (() => void)[] = [];
  let isOver = false;
  for (const name of ['write', 'end', 'destroy'] as const) {
    const method = (Reflect.get(response, name) as (...args: unknown[]) => unknown).bind(response);
    Reflect.set(response, name, (...args: unknown[]) => {
      if (isOver) return method(...args);
      held.push(() => method(...args));
      return name === 'write' || response;
    });
  }
  setTimeout(() => {
    isOver = true;
    for (const call of held) call();
  }, delayMs).unref();
}

/** Lets a fault hit the request first, if one is set; otherwise serves it. */
function faulty(state: TenantState, service: Fault['service'], serve: Listener): Listener {
  return (request, response) => {
    const fault = state.takeFault(service, request.url ?? '');
    const answer = () => {
      if (fault?.status === undefined) return serve(request, response);
      state.count(`${service}.fault`);
      request.resume();
      if (fault.status === 0) return response.destroy();
      const headers = { 'content-type': 'application/json', ...fault.headers };
      const body = fault.body ?? '{"error":{"code":"Injected"}}';
      if (fault.cuts) {
        response.writeHead(fault.status, { ...headers, 'content-length': Buffer.byteLength(body) + 100 });
        return response.write(body, () => response.destroy());
      }
      response.writeHead(fault.status, headers);
      if (fault.dribbles) return dribble(response, body);
      return fault.stalls ? response.write(body) : response.end(body);
    };
    if (fault?.delayMs) holdBack(response, fault.delayMs);
    answer();
  };
}

async function listen(server: http.Server | https.Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function closing(server: http.Server | https.Server): Promise<void> {
  const closed = new Promise<void>(resolve => server.close(() => resolve()));
  server.closeAllConnections();
  return closed;
}

/**
 * A Microsoft 365 tenant on this machine: Entra and Graph over TLS under localhost, Key Vault over TLS under its own
 * name, the managed-identity endpoint and the control endpoint over plain HTTP, as Azure has them.
 */
export async function startTenant(options: TenantOptions, tls: TlsFiles): Promise<Tenant> {
  const state = new TenantState(options);
  const tokens = await tokenIssuer(state);
  let port = 0;
  const origin = () => `https://localhost:${port}`;
  const serve = (app: { fetch: (request: Request) => Response | Promise<Response> }): Listener =>
    getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const graph = faulty(state, 'graph', serve(graphService(state, tokens, origin)));
  const entra = faulty(state, 'entra', serve(entraService(state, tokens, origin)));
  const vault = faulty(state, 'vault', serve(vaultService(state, tokens, origin)));
  const identity = faulty(state, 'identity', serve(identityService(state, tokens)));
  const control = serve(controlService(state));

  const secure = https.createServer({ cert: tls.cert, key: tls.key }, (request, response) => {
    if (request.headers.host?.split(':', 1)[0] === VAULT_HOST) return vault(request, response);
    return request.url?.startsWith('/v1.0/') ? graph(request, response) : entra(request, response);
  });
  const plain = http.createServer((request, response) =>
    request.url?.startsWith('/control/') ? control(request, response) : identity(request, response),
  );
  port = await listen(secure);
  const plainUrl = `http://127.0.0.1:${await listen(plain)}`;
  return {
    state,
    controlUrl: `${plainUrl}/control`,
    settings: {
      KEY_VAULT_URI: `https://${VAULT_HOST}:${port}`,
      AUTHORITY_HOST: origin(),
      GRAPH_ENDPOINT: origin(),
      MANAGED_IDENTITY_CLIENT_ID: state.identityClientId,
      IDENTITY_ENDPOINT: `${plainUrl}/msi/token`,
      IDENTITY_HEADER: state.identitySecret,
    },
    async close() {
      await Promise.all([closing(secure), closing(plain)]);
    },
  };
}
