import path from 'node:path';
import { identityAssertion } from '../shared/adapters/entra/identityAssertion.ts';
import { msalNetwork } from '../shared/adapters/entra/msalNetwork.ts';
import { msalSignIn } from '../shared/adapters/entra/msalSignIn.ts';
import { graphClient } from '../shared/adapters/graph/graphClient.ts';
import { graphDirectory } from '../shared/adapters/graph/graphDirectory.ts';
import { graphPasswordPolicy } from '../shared/adapters/graph/graphPasswordPolicy.ts';
import { graphPeopleProbe } from '../shared/adapters/graph/graphPeopleProbe.ts';
import { graphPresenceSource } from '../shared/adapters/graph/graphPresenceSource.ts';
import { graphQuestions } from '../shared/adapters/graph/graphQuestions.ts';
import { keyVaultSecretStore } from '../shared/adapters/keyvault/keyVaultSecretStore.ts';
import { tableAgentStore } from '../shared/adapters/tables/tableAgentStore.ts';
import { tableClient } from '../shared/adapters/tables/tableClient.ts';
import { tablePollLease } from '../shared/adapters/tables/tablePollLease.ts';
import { tablePresenceStore } from '../shared/adapters/tables/tablePresenceStore.ts';
import { tableRuleStore } from '../shared/adapters/tables/tableRuleStore.ts';
import { tableSignInLedger } from '../shared/adapters/tables/tableSignInLedger.ts';
import { tableStorageProbe } from '../shared/adapters/tables/tableStorageProbe.ts';
import { sourceText } from '../shared/domain/agents/agentSource.ts';
import { systemTime } from '../shared/lib/clock.ts';
import type { Settings } from '../shared/settings.ts';
import { agentUploader } from '../shared/usecases/agents/agentUploader.ts';
import { directorySync, syncIsDue } from '../shared/usecases/agents/directorySync.ts';
import { deploymentChecks, storageCheck } from '../shared/usecases/doctor/deploymentChecks.ts';
import { doctor } from '../shared/usecases/doctor/doctor.ts';
import { permissionChecks } from '../shared/usecases/doctor/permissionChecks.ts';
import { signInChecks } from '../shared/usecases/doctor/signInChecks.ts';
import { healthReporter } from '../shared/usecases/monitor/healthReporter.ts';
import { pullMonitor } from '../shared/usecases/monitor/pullMonitor.ts';
import { onePollAtATime } from '../shared/usecases/poll/onePollAtATime.ts';
import { pollOnDemand } from '../shared/usecases/poll/pollOnDemand.ts';
import { presencePoller } from '../shared/usecases/poll/presencePoller.ts';
import { shardCache } from '../shared/usecases/poll/shardCache.ts';
import { shardReader } from '../shared/usecases/poll/shardReader.ts';
import { presenceReader } from '../shared/usecases/read/presenceReader.ts';
import { readFresh } from '../shared/usecases/read/readFresh.ts';
import { rulesChanger } from '../shared/usecases/rules/rulesChanger.ts';
import { credentialCache } from '../shared/usecases/signIn/credentialCache.ts';
import { expiryForecast } from '../shared/usecases/signIn/expiryForecast.ts';
import { tokenProvider } from '../shared/usecases/signIn/tokenProvider.ts';

/** Folder of the bundle; the bundle alone knows it. */
declare const __dirname: string | undefined;

const { clock, monotonic, sleep } = systemTime;
const DIRECTORY_CONCURRENCY = 4;

/** Makes a part when it is first needed, once: a start for one route builds nothing for the others. */
function lazy<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** The parts of the app, wired from its settings. Nothing else builds clients. */
export function compose(settings: Settings) {
  const { freshness: limits, dataLevel: level, defaultCountry } = settings;
  const { concurrency } = settings.graph;
  const vaultName = new URL(settings.vault.uri).hostname.split('.', 1)[0] ?? '';
  const pulls = pullMonitor(systemTime);
  const agentTable = lazy(() => tableClient(settings, 'agents'));
  const presenceTable = lazy(() => tableClient(settings, 'presence'));
  const stores = lazy(() => ({
    presence: tablePresenceStore(presenceTable()),
    agents: tableAgentStore(agentTable(), clock),
    rules: tableRuleStore(agentTable()),
  }));
  const graph = lazy(() => graphClient(settings.graph.endpoint, clock));
  const credentials = lazy(() =>
    credentialCache(keyVaultSecretStore(settings), systemTime, settings.vault.secretMaxAgeMs),
  );
  const tokens = lazy(() => {
    const { authorityHost } = settings.entra;
    const assertion = identityAssertion(settings.managedIdentityClientId, authorityHost);
    const network = msalNetwork();
    const signIn = msalSignIn({ authorityHost, graphEndpoint: settings.graph.endpoint, network, assertion });
    return tokenProvider({ source: credentials(), signIn, ledger: tableSignInLedger(agentTable()), ...systemTime });
  });
  const ask = lazy(() => graphQuestions(graph(), tokens(), 'directory'));
  const agentDeps = lazy(() => {
    const options = { clock, sleep, concurrency: concurrency ?? DIRECTORY_CONCURRENCY };
    const directory = graphDirectory({ ask: ask(), ...options });
    return { ...stores(), directory, source: settings.agentSource, defaultCountry, clock, monotonic };
  });
  const syncDirectory = lazy(() => directorySync(agentDeps()));
  const source = lazy(() => graphPresenceSource(graph()));
  const forecast = lazy(() => expiryForecast(graphPasswordPolicy(ask()), monotonic));
  const readShards = lazy(() =>
    shardReader({ source: source(), tokens: tokens(), ...systemTime, ...(concurrency && { concurrency }) }),
  );
  // Poller and readers of one process hold each document once.
  const cache = lazy(() => shardCache(stores().presence));
  const reader = lazy(() => {
    return presenceReader({ ...stores(), cache: cache(), ...systemTime, options: { limits, level } });
  });
  const poll = lazy(() =>
    onePollAtATime(
      presencePoller({
        ...stores(),
        cache: cache(),
        tokens: tokens(),
        readShards: readShards(),
        forecast: forecast(),
        ...systemTime,
        syncIfDue: async (head, pending, log) => {
          if (syncIsDue(head, pending, sourceText(settings.agentSource), clock())) await syncDirectory()(log);
        },
      }),
    ),
  );
  return {
    clock,
    reader,
    pulls,
    defaultCountry,
    lagSeconds: (settings.poll.freshWithinMs || settings.poll.intervalMs) / 1000,
    doctor: lazy(() =>
      doctor(
        [
          storageCheck(tableStorageProbe(agentTable())),
          ...signInChecks({ source: credentials(), tokens: tokens(), forecast: forecast(), clock, vaultName }),
          ...permissionChecks({
            tokens: tokens(),
            people: graphPeopleProbe(graph()),
            presence: source(),
            readsGroups: settings.agentSource.kind === 'group',
          }),
          ...deploymentChecks({ reader: reader(), limits, clock }),
        ],
        monotonic,
      ),
    ),
    suspiciousAfterMs: settings.suspiciousAfterMs,
    limits,
    board: settings.board,
    // The bundle and the files of the page lie in one folder.
    boardFolder: path.join(typeof __dirname === 'string' ? __dirname : '', 'board'),
    health: lazy(() => healthReporter({ reader: reader(), pulls, limits, clock, vaultName })),
    poll,
    readPresence: lazy(() => {
      const { schedule, freshWithinMs } = settings.poll;
      const readHead = async () => (await stores().presence.readHead())?.head;
      const lease = tablePollLease(presenceTable(), clock);
      const onDemand = pollOnDemand({ lease, poll: poll(), readHead, freshWithinMs, schedule, ...systemTime });
      return readFresh({ reader: reader(), onDemand, ...systemTime });
    }),
    changeRules: lazy(() => rulesChanger({ ...stores(), reader: reader(), clock })),
    syncDirectory,
    upload: lazy(() => agentUploader(agentDeps())),
  };
}

export type Connector = ReturnType<typeof compose>;
