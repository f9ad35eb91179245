/** Hosts on this machine: the storage emulator and the simulated tenant. */
export const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1'];
const TABLE_HOST = /\.table\.(core\.windows\.net|core\.usgovcloudapi\.net)$/;

/** Name, key and a way there that nobody can listen to: HTTP is for the emulator on the same machine. */
function isConnectionString(text: string): boolean {
  const pairs = text.split(';').filter(part => part.trim() !== '');
  const values = new Map(
    pairs.map(pair => [pair.split('=', 1)[0]?.trim().toLowerCase(), pair.replace(/^[^=]*=?/, '')]),
  );
  if (!values.get('accountname') || !values.get('accountkey')) return false;
  const endpoint = values.get('tableendpoint');
  if (endpoint === undefined) return values.get('defaultendpointsprotocol')?.toLowerCase() !== 'http';
  if (!URL.canParse(endpoint)) return false;
  const { protocol, hostname } = new URL(endpoint);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname));
}

/** Whether the tables can be reached with it: the address of an account, or a connection string with its key. */
export function isStorage(text: string): boolean {
  if (text === 'UseDevelopmentStorage=true' || isConnectionString(text)) return true;
  return URL.canParse(text) && new URL(text).protocol === 'https:' && TABLE_HOST.test(new URL(text).hostname);
}
