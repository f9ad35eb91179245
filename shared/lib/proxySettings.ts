import { isIP } from 'node:net';

type Env = Readonly<Record<string, string | undefined>>;

/** What never goes through a proxy: this machine, and the address that gives an Azure app its tokens. */
const ALWAYS_DIRECT = ['localhost', '127.0.0.1', '::1', '169.254.169.254'];

/** A variable in either case, as curl reads it, without the quotes that cmd.exe leaves in. */
function variable(env: Env, name: string): string {
  return (env[name.toLowerCase()] || env[name] || '').trim().replace(/^(["'])(.*)\1$/, '$2');
}

/** A host as names and addresses are written. */
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])$/i;

/** An address without a scheme is one of HTTP, as for curl; undefined for what is no address. */
function proxyAddress(text: string): string | undefined {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(address)) return undefined;
  const { protocol, hostname, pathname } = new URL(address);
  // The address of a file of rules (PAC) is none of a proxy.
  return /^https?:$/.test(protocol) && HOST.test(hostname) && pathname === '/' ? address : undefined;
}

/** One spelling for a host and what lies below it: the libraries do not read each other's. */
function directHosts(entry: string): string[] {
  const host = entry.replace(/^\*?\./, '');
  // Addresses, ranges of them and ports have nothing below them.
  if (isIP(entry) !== 0 || entry.includes(':') || entry.includes('/')) return [entry];
  return [host, `.${host}`];
}

/**
 * The proxy of the surroundings in the one form that every library here reads alike: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY
 * and NO_PROXY as curl takes them, in either case.
 * @returns every variable that has to be set, undefined for one that has to go; and the name of each that is no address
 */
export function proxySettings(env: Env): { set: Record<string, string | undefined>; faults: string[] } {
  const everywhere = variable(env, 'ALL_PROXY');
  const direct = variable(env, 'NO_PROXY')
    .split(/[\s,;|]+/)
    .map(entry => entry.replace(/^https?:\/\//i, '').replace(/\/$/, ''))
    .filter(entry => entry !== '');
  const set: Record<string, string | undefined> = { ALL_PROXY: undefined, all_proxy: undefined };
  const faults: string[] = [];
  for (const name of ['HTTPS_PROXY', 'HTTP_PROXY']) {
    const own = variable(env, name);
    const text = direct.includes('*') ? '' : own || everywhere;
    const address = text === '' ? undefined : proxyAddress(text);
    if (text !== '' && address === undefined) faults.push(own === '' ? 'ALL_PROXY' : name);
    set[name] = address;
    set[name.toLowerCase()] = address;
  }
  const identity = env['IDENTITY_ENDPOINT'];
  const tokens = identity !== undefined && URL.canParse(identity) ? [new URL(identity).hostname] : [];
  const hosts = [...ALWAYS_DIRECT, ...tokens, ...direct.filter(entry => entry !== '*').flatMap(directHosts)];
  const list = [...new Set(hosts)].join(',');
  return { set: { ...set, NO_PROXY: list, no_proxy: list }, faults: [...new Set(faults)] };
}

/**
 * Makes the environment say it so.
 * @returns the sentence for a person when a variable is no address; such a proxy is not used
 */
export function honourProxy(env: Record<string, string | undefined>): string | undefined {
  const { set, faults } = proxySettings(env);
  for (const [name, value] of Object.entries(set)) {
    if (value === undefined) delete env[name];
    else env[name] = value;
  }
  return faults.length === 0
    ? undefined
    : `${faults.join(' and ')} must be an address like http://proxy.example.com:8080`;
}
