import { graphClient } from '../../shared/adapters/graph/graphClient.ts';
import { graphDirectory } from '../../shared/adapters/graph/graphDirectory.ts';
import { graphPasswordPolicy } from '../../shared/adapters/graph/graphPasswordPolicy.ts';
import { graphPresenceSource } from '../../shared/adapters/graph/graphPresenceSource.ts';
import { graphQuestions } from '../../shared/adapters/graph/graphQuestions.ts';
import { readCredentials } from '../../shared/domain/signIn/credentials.ts';
import type { AccessToken } from '../../shared/ports/tokenProvider.ts';
import { signInTo, tenant } from './tenant.ts';

/** The adapters of Graph over a simulated tenant, as the application. */
export async function graphOfTenant(options: { people?: number; permissions?: string[] } = {}) {
  const { state, settings } = await tenant(options);
  state.applicationPermissions.push(...(options.permissions ?? []));
  const { tenantId, clientId, clientSecret } = state;
  const version = '1';
  const secrets = {
    tenantId: { value: tenantId, version, expiresAt: undefined },
    clientId: { value: clientId, version, expiresAt: undefined },
    clientSecret: { value: clientSecret.value, version, expiresAt: undefined },
  };
  const signIn = signInTo(settings);
  const fetchToken = async (): Promise<AccessToken> => ({
    value: (await signIn(readCredentials(secrets), 'app-only')).value,
    mode: 'app-only',
  });
  const graph = graphClient(settings.graph.endpoint, Date.now);
  const ask = graphQuestions(graph, { token: fetchToken, discard: () => undefined }, 'directory');
  const ids = state.people.map(person => person.id);
  return {
    state,
    ids,
    fetchToken,
    token: await fetchToken(),
    presence: graphPresenceSource(graph),
    directory: graphDirectory({ ask, clock: Date.now, sleep: async () => undefined, concurrency: 4 }),
    policy: graphPasswordPolicy(ask),
  };
}
