import { graphClient } from '../../../shared/adapters/graph/graphClient.ts';
import { graphPasswordPolicy } from '../../../shared/adapters/graph/graphPasswordPolicy.ts';
import { graphPeopleProbe } from '../../../shared/adapters/graph/graphPeopleProbe.ts';
import { graphPresenceSource } from '../../../shared/adapters/graph/graphPresenceSource.ts';
import { graphQuestions } from '../../../shared/adapters/graph/graphQuestions.ts';
import { systemTime } from '../../../shared/lib/clock.ts';
import { permissionChecks } from '../../../shared/usecases/doctor/permissionChecks.ts';
import { signInChecks } from '../../../shared/usecases/doctor/signInChecks.ts';
import type { Check } from '../../../shared/usecases/doctor/steps.ts';
import { expiryForecast } from '../../../shared/usecases/signIn/expiryForecast.ts';
import { type TokenProviderDeps, tokenProvider } from '../../../shared/usecases/signIn/tokenProvider.ts';

/** The steps of sign-in and permissions, which need nothing that is deployed. */
export function entraChecks(
  graphEndpoint: string,
  deps: Pick<TokenProviderDeps, 'source' | 'signIn' | 'ledger'>,
): Check[] {
  const tokens = tokenProvider({ ...deps, ...systemTime });
  const graph = graphClient(graphEndpoint, Date.now);
  const forecast = expiryForecast(
    graphPasswordPolicy(graphQuestions(graph, tokens, 'directory')),
    systemTime.monotonic,
  );
  return [
    ...signInChecks({ source: deps.source, tokens, forecast, clock: Date.now, vaultName: 'VAULT' }),
    ...permissionChecks({
      tokens,
      people: graphPeopleProbe(graph),
      presence: graphPresenceSource(graph),
      readsGroups: false,
    }),
  ];
}
