import { afterAll, inject } from 'vitest';
import { startTenant, type Tenant } from '../../local/tenant/tenant.ts';
import { identityAssertion } from '../../shared/adapters/entra/identityAssertion.ts';
import { msalNetwork } from '../../shared/adapters/entra/msalNetwork.ts';
import { msalSignIn } from '../../shared/adapters/entra/msalSignIn.ts';
import type { SignIn } from '../../shared/ports/signIn.ts';
import { readSettings, type Settings } from '../../shared/settings.ts';

const open: Tenant[] = [];

afterAll(async () => {
  await Promise.all(open.splice(0).map(tenant => tenant.close()));
});

/** A simulated tenant of its own, until the file's tests are over, and the settings that point the product at it. */
export async function tenant(options: { people?: number } = {}) {
  const started = await startTenant(
    { people: options.people ?? 12, seed: 1, speed: 0, clock: Date.now },
    inject('tls'),
  );
  open.push(started);
  for (const name of ['IDENTITY_ENDPOINT', 'IDENTITY_HEADER']) process.env[name] = started.settings[name];
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
