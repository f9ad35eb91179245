/**
 * A process that asks Graph, the tables and the managed identity for something, whatever comes of it: the clients read
 * the proxy once each. It prints the token of the identity.
 */
import { graphClient } from '../../shared/adapters/graph/graphClient.ts';
import { managedIdentity } from '../../shared/adapters/managedIdentity.ts';
import { tableClient } from '../../shared/adapters/tables/tableClient.ts';
import { honourProxy } from '../../shared/lib/proxySettings.ts';

const KEY = Buffer.from('key').toString('base64');
honourProxy(process.env);
const token = { value: 'token', mode: 'app-only' as const };
const graph = graphClient('https://graph.example.invalid', Date.now);
await graph({ method: 'GET', path: '/v1.0/users', token }).catch(() => undefined);
const account = `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${KEY}`;
const connection = `${account};TableEndpoint=https://a.table.example.invalid`;
const client = tableClient({ storage: { connection, isUrl: false }, managedIdentityClientId: '' }, 'agents');
await client.getEntity('a', 'b').catch(() => undefined);
const given = await managedIdentity('id').getToken('https://vault.azure.net/.default');
process.stdout.write(given?.token ?? '');
