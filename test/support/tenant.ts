import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, inject } from 'vitest';
import { startTenant, type Tenant } from '../../local/tenant/tenant.ts';
import { identityAssertion } from '../../shared/adapters/entra/identityAssertion.ts';
import { msalNetwork } from '../../shared/adapters/entra/msalNetwork.ts';
import { msalSignIn } from '../../shared/adapters/entra/msalSignIn.ts';
import type { SignIn } from '../../shared/ports/signIn.ts';
import { readSettings, type Settings } from '../../shared/settings.ts';

let current: Tenant | undefined;

/** The identity library keeps its endpoint for the life of a process: the tenants of its files take turns behind one. */
const identityEndpoint = createServer(async (request, response) => {
  const { IDENTITY_ENDPOINT = '', IDENTITY_HEADER = '' } = current?.settings ?? {};
  const { search } = new URL(request.url ?? '', IDENTITY_ENDPOINT);
  try {
    const answer = await fetch(`${IDENTITY_ENDPOINT}${search}`, { headers: { 'x-identity-header': IDENTITY_HEADER } });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  } catch {
    // What the tenant does not answer is not answered here either.
    response.destroy();
  }
}).unref();

/** A simulated tenant of its own, until the file's tests are over, and the settings that point the product at it. */
export async function tenant(options: { people?: number } = {}) {
  const started = await startTenant(
    { people: options.people ?? 12, seed: 1, speed: 0, clock: Date.now },
    inject('tls'),
  );
  afterAll(() => started.close());
  current = started;
  if (!identityEndpoint.listening) await once(identityEndpoint.listen(0, '127.0.0.1'), 'listening');
  const { port } = identityEndpoint.address() as AddressInfo;
  process.env['IDENTITY_ENDPOINT'] = `http://127.0.0.1:${port}/msi/token`;
  process.env['IDENTITY_HEADER'] = started.settings['IDENTITY_HEADER'];
  const settings = readSettings({ ...started.settings, PRESENCE_STORAGE: 'UseDevelopmentStorage=true' });
  return { ...started, settings };
}

/** The product's own sign-in, through the real MSAL. */
export function signInTo({ entra, graph, managedIdentityClientId }: Settings, timeoutMs?: number): SignIn {
  const { authorityHost } = entra;
  const assertion = identityAssertion(managedIdentityClientId, authorityHost);
  const network = msalNetwork(timeoutMs);
  return msalSignIn({ authorityHost, graphEndpoint: graph.endpoint, network, assertion });
}
