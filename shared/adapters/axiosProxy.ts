import { unescape as unescaped } from 'node:querystring';
import type { AxiosProxyConfig } from 'axios';
import { getProxyForUrl } from 'proxy-from-env';

/**
 * The proxy of the surroundings for an address; false for none. Credentials stand percent-encoded in the address of a
 * proxy, and axios would send them so.
 */
export function axiosProxy(url: string): AxiosProxyConfig | false {
  const address = getProxyForUrl(url);
  if (address === '') return false;
  const { protocol, hostname, port, username, password } = new URL(address);
  const auth = username !== '' && { username: unescaped(username), password: unescaped(password) };
  const standardPort = protocol === 'https:' ? 443 : 80;
  return { protocol, host: hostname, port: Number(port) || standardPort, ...(auth && { auth }) };
}
