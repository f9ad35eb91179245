import { networkInterfaces } from 'node:os';

/** Where others reach what serves on every address of this machine. */
export function outsideAddresses(address: string): string[] {
  if (address !== '0.0.0.0' && address !== '::') return [];
  const all = Object.values(networkInterfaces()).flatMap(addresses => addresses ?? []);
  return all.filter(({ internal, family }) => !internal && family === 'IPv4').map(found => found.address);
}

/** An address to serve on, as one to ask: a wildcard cannot be asked everywhere, and IPv6 stands in brackets. */
export function reachable(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  if (address === '::') return '[::1]';
  return address.includes(':') ? `[${address}]` : address;
}
