import { plainAddress } from './plainAddress.ts';

/** Hosts on this machine: the storage emulator and the simulated tenant. */
export const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1'];
const TABLE_HOST = /\.table\.(core\.windows\.net|core\.usgovcloudapi\.net)$/;

/** Name, key and a way there that nobody can listen to: HTTP is for the emulator on the same machine. */
function isConnectionString(text: string): boolean {
  const pairs = text.split(';').filter(part => part.trim() !== '');
  const values = new Map(
    pairs.map(pair => [pair.split('=', 1)[0]?.trim().toLowerCase(), pair.replace(/^[^=]*=?/, '')]),
  );
  const standard = values.get('defaultendpointsprotocol')?.toLowerCase();
  const isKey = /^[\w+/]+=*$/.test(values.get('accountkey')?.trim() ?? '');
  if (!values.get('accountname') || !isKey || standard === undefined) return false;
  const endpoint = values.get('tableendpoint');
  if (endpoint === undefined) return standard === 'https';
  if (!URL.canParse(endpoint)) return false;
  const { protocol, hostname } = new URL(endpoint);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname));
}

export interface StorageConnection {
  readonly connection: string;
  /** The address of an account, which the managed identity opens; otherwise a connection string with the key. */
  readonly isUrl: boolean;
}

/** How the tables are reached; undefined for a text with which they cannot be. */
export function readStorage(text: string): StorageConnection | undefined {
  if (text === 'UseDevelopmentStorage=true' || isConnectionString(text)) return { connection: text, isUrl: false };
  const url = plainAddress(text);
  return url && url.port === '' && TABLE_HOST.test(url.hostname) ? { connection: url.origin, isUrl: true } : undefined;
}
