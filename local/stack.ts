import { fork } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { reachable } from './addresses.ts';
import type { HostKeys } from './host/keys.ts';
import type { HostMessage, HostOptions, ServedRoute } from './host/main.ts';
import { type Storage, startStorage } from './startStorage.ts';
import { createCertificate, type TlsFiles } from './tenant/createCertificate.ts';
import { agentsCsv } from './tenant/people.ts';
import { startTenant, type Tenant, TLS_HOSTS, VAULT_HOST } from './tenant/tenant.ts';

export const PROJECT = path.resolve(import.meta.dirname, '..');
/** Every function that wants a key. */
export const KEYED_FUNCTIONS = [
  'agents',
  'doctor',
  'explain',
  'health',
  'matchReport',
  'openapi',
  'presence',
  'rules',
] as const;

export interface StackOptions {
  readonly people: number;
  readonly seed: number;
  readonly speed: number;
  readonly port: number;
  readonly address: string;
  /** Show every line the app logs, not only what went wrong. */
  readonly verbose?: boolean;
  /** Takes what the host process writes, instead of the terminal. */
  readonly output?: (text: string) => void;
  /** False leaves the timers to be fired by hand. */
  readonly timers?: boolean;
  /** The keys follow from it; without it they are others each time. */
  readonly keySecret?: string;
  /** Folder of the app to serve. */
  readonly folder?: string;
  /** App settings that replace the stack's own; undefined takes one away. */
  readonly settings?: Readonly<Record<string, string | undefined>>;
}

interface Keys extends HostKeys {
  /** What the ACD gets: opens the presence function and nothing else. */
  readonly acd: string;
  /** What the administrator gets: opens every management route, and reads what the ACD reads. */
  readonly management: string;
}

export interface Host {
  /** Where this machine reaches it. */
  readonly url: string;
  readonly port: number;
  readonly keys: Keys;
  readonly routes: readonly ServedRoute[];
  /** The process it runs in. */
  readonly pid: number;
  /** Resolves with the exit code when the process ends by itself. */
  readonly ended: Promise<number>;
  close(): Promise<void>;
}

export interface Stack {
  readonly tenant: Tenant;
  readonly storage: Storage;
  readonly host: Host;
  /** One more instance of the app over the same storage and tenant, with keys of its own unless `keySecret` is given. */
  startInstance(): Promise<Host>;
  close(): Promise<void>;
}

const KEY_LENGTH = 24;

/** Keys that come out the same for the same secret. */
function createKeys(secret: string): Keys {
  const key = (name: string) => createHmac('sha256', secret).update(name).digest('hex').slice(0, KEY_LENGTH);
  const [acd, management] = [key('acd'), key('management')];
  const functions = Object.fromEntries(
    KEYED_FUNCTIONS.map(name => [name, name === 'presence' ? [acd, key('acd-2'), management] : [management]]),
  );
  return { acd, management, master: key('master'), host: [key('host')], functions };
}

/** The simulated services are on this machine: a proxy of the surroundings must not come in between. */
const NO_PROXY = {
  HTTP_PROXY: undefined,
  HTTPS_PROXY: undefined,
  ALL_PROXY: undefined,
  http_proxy: undefined,
  https_proxy: undefined,
  all_proxy: undefined,
};

/** The local Functions host in a process of its own, which trusts the tenant's certificate and nothing less than it. */
export async function startHost(
  options: StackOptions,
  environment: Readonly<Record<string, string | undefined>>,
  ca: string,
): Promise<Host> {
  const scratch = await mkdtemp(path.join(tmpdir(), 'presence-'));
  const caFile = path.join(scratch, 'ca.pem');
  await writeFile(caFile, ca);
  const env = {
    ...process.env,
    ...NO_PROXY,
    ...environment,
    NODE_EXTRA_CA_CERTS: caFile,
    LOCAL_LOOPBACK_HOSTS: VAULT_HOST,
  };
  const child = fork(path.join(import.meta.dirname, 'host', 'main.ts'), {
    env: Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined)),
    silent: options.output !== undefined,
    execArgv: ['--disable-warning=ExperimentalWarning', '--import', new URL('./loopback.ts', import.meta.url).href],
  });
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', chunk => options.output?.(String(chunk)));
  const exited = once(child, 'exit').then(([code]) => Number(code ?? 1));
  const ended = exited.finally(() => rm(scratch, { recursive: true, force: true }));
  const keys = createKeys(options.keySecret ?? randomBytes(20).toString('hex'));
  const hostOptions: HostOptions = {
    folder: options.folder ?? PROJECT,
    address: options.address,
    port: options.port,
    keys: { master: keys.master, host: keys.host, functions: keys.functions },
    verbose: options.verbose ?? false,
    timers: options.timers ?? true,
  };
  child.send(hostOptions);
  const first = await Promise.race([
    once(child, 'message').then(([message]) => message as HostMessage),
    exited.then((): HostMessage => ({ failed: 'The local host ended before it served.' })),
  ]);
  if ('failed' in first) {
    await ended;
    throw new Error(first.failed);
  }
  return {
    url: `http://${reachable(options.address)}:${first.ready.port}`,
    port: first.ready.port,
    keys,
    routes: first.ready.routes,
    pid: child.pid ?? 0,
    ended,
    async close() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

let certificate: Promise<TlsFiles> | undefined;

/** The embedded default: storage, simulated tenant and local host, wired together by app settings alone. */
export async function startStack(options: StackOptions): Promise<Stack> {
  // It says nothing of the tenant: those of one process share it.
  certificate ??= createCertificate(TLS_HOSTS);
  const tls = await certificate;
  const storage = await startStorage();
  const { people, seed, speed } = options;
  const tenant = await startTenant({ people, seed, speed, clock: Date.now }, tls);
  tenant.state.setTablesOutage = isOut => storage.setFault(isOut ? { status: 503 } : undefined);
  const closeServices = async () => {
    await tenant.close();
    await storage.close();
  };
  const others: Host[] = [];
  const environment = { ...tenant.settings, PRESENCE_STORAGE: storage.connectionString, ...options.settings };
  try {
    const host = await startHost(options, environment, tls.ca);
    return {
      tenant,
      storage,
      host,
      async startInstance() {
        const another = await startHost({ ...options, port: 0 }, environment, tls.ca);
        others.push(another);
        return another;
      },
      async close() {
        await Promise.all([host, ...others].map(each => each.close()));
        await closeServices();
      },
    };
  } catch (error) {
    await closeServices();
    throw error;
  }
}

/** Fires the poll of an instance by hand, as whoever has the master key may. */
export function firePoll({ url, keys }: Pick<Host, 'url' | 'keys'>): Promise<Response> {
  const headers = { 'x-functions-key': keys.master, 'content-type': 'application/json' };
  return fetch(`${url}/admin/functions/pollPresence`, { method: 'POST', headers, body: '{}' });
}

/** Uploads everybody of the simulated tenant as agents. */
export async function mapEverybody({ host, tenant }: Stack): Promise<void> {
  const headers = { 'x-functions-key': host.keys.management, 'content-type': 'text/csv' };
  const body = agentsCsv(tenant.state.people);
  const answer = await fetch(`${host.url}/api/v1/agents`, { method: 'PUT', headers, body });
  if (!answer.ok) throw new Error(`The agents were not taken: ${await answer.text()}`);
}
