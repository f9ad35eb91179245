/**
 * Preloaded into a process (`--import`) that is to take the simulated tenant for Azure: the host names in
 * LOCAL_LOOPBACK_HOSTS resolve to this machine, so that the product's own code runs unchanged against names of Azure.
 */
import dns from 'node:dns';

const names = new Set((process.env['LOCAL_LOOPBACK_HOSTS'] ?? '').split(',').filter(name => name !== ''));
const lookup = dns.lookup;

function lookupLoopback(hostname: string, ...rest: unknown[]): void {
  const target = names.has(hostname.toLowerCase()) ? '127.0.0.1' : hostname;
  Reflect.apply(lookup, dns, [target, ...rest]);
}

dns.lookup = Object.assign(lookupLoopback, lookup);
