import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, inject } from 'vitest';
import type { TenantState } from '../../local/tenant/state.ts';
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

/** Puts everything back that the tests of a file change of the tenant that they share. */
function restorer(state: TenantState): () => void {
  const [user, registration, secret] = [state.serviceUser, state.registration, state.clientSecret].map(part => ({
    ...part,
  }));
  const [delegated, application] = [[...state.delegatedPermissions], [...state.applicationPermissions]];
  const secrets = new Map(state.secrets);
  return () => {
    state.faults = [];
    state.leftOut.clear();
    state.delegatedPermissions = [...delegated];
    state.applicationPermissions = [...application];
    Object.assign(state.serviceUser, user);
    Object.assign(state.registration, registration);
    Object.assign(state.clientSecret, secret);
    state.secrets.clear();
    for (const [name, value] of secrets) state.secrets.set(name, { ...value });
  };
}

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
  return { ...started, settings, restore: restorer(started.state) };
}

/** The product's own sign-in, through the real MSAL. */
export function signInTo({ entra, graph, managedIdentityClientId }: Settings, timeoutMs?: number): SignIn {
  const { authorityHost } = entra;
  const assertion = identityAssertion(managedIdentityClientId, authorityHost);
  const network = msalNetwork(timeoutMs);
  return msalSignIn({ authorityHost, graphEndpoint: graph.endpoint, network, assertion });
}
