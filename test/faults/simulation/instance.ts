import { presenceFailure } from '../../../shared/http/presence/answer.ts';
import { presenceHandler } from '../../../shared/http/presence/handler.ts';
import { handle } from '../../../shared/http/response.ts';
import { readSchedule } from '../../../shared/lib/schedule.ts';
import { agentUploader } from '../../../shared/usecases/agents/agentUploader.ts';
import { directorySync, syncIsDue } from '../../../shared/usecases/agents/directorySync.ts';
import { pullMonitor } from '../../../shared/usecases/monitor/pullMonitor.ts';
import { onePollAtATime } from '../../../shared/usecases/poll/onePollAtATime.ts';
import { pollOnDemand } from '../../../shared/usecases/poll/pollOnDemand.ts';
import { presencePoller } from '../../../shared/usecases/poll/presencePoller.ts';
import { shardCache } from '../../../shared/usecases/poll/shardCache.ts';
import { shardReader } from '../../../shared/usecases/poll/shardReader.ts';
import { presenceReader } from '../../../shared/usecases/read/presenceReader.ts';
import { readFresh } from '../../../shared/usecases/read/readFresh.ts';
import { rulesChanger } from '../../../shared/usecases/rules/rulesChanger.ts';
import { httpCall } from '../../support/httpCall.ts';
import { forecast, LIMITS, tokens } from '../../support/world.ts';
import type { Ledger } from './ledger.ts';
import { createLife, overNetwork } from './network.ts';
import { teamsOf } from './teams.ts';
import { never, SKEW_MS, type World } from './world.ts';

/** Clocks of machines that are set wrongly. */
const WRONG_BY_MS = [-86_400_000, -3_600_000, 3_600_000, 86_400_000];
const SCHEDULE = readSchedule('*/10 * * * * *') ?? '';

/** One instance of the product: its use cases over the stores that all share, with a clock of its own. */
export function createInstance(world: World, ledger: Ledger) {
  const { random, time, wild, weather } = world;
  const life = createLife();
  const isWrong = wild && weather.stormy && random.oneIn(3);
  const skew = isWrong ? random.pick(WRONG_BY_MS) : random.below(2 * SKEW_MS) - SKEW_MS;
  const clock = () => time.now() + skew;
  const monotonic = () => time.now();
  const sleep = async (ms: number, signal?: AbortSignal) => {
    await time.sleep(ms, signal);
    if (!life.isAlive()) await never();
  };
  const moments = { clock, monotonic, sleep };
  const stores = {
    presence: overNetwork(world, life, world.stores.presence),
    agents: overNetwork(world, life, world.stores.agents),
    rules: overNetwork(world, life, world.stores.rules),
  };
  const lease = overNetwork(world, life, world.stores.lease);
  const teams = teamsOf(world, life, clock);

  const cache = shardCache(stores.presence);
  const reader = presenceReader({ ...stores, cache, ...moments, options: { limits: LIMITS, level: 'full' } });
  const agentDeps = {
    ...stores,
    ...moments,
    directory: world.accounts.directory,
    source: { kind: 'list' as const },
    defaultCountry: 'DE' as const,
  };
  const sync = directorySync(agentDeps);
  const plainPoll = presencePoller({
    ...stores,
    ...moments,
    cache,
    tokens,
    readShards: shardReader({ source: teams.source, tokens, ...moments }),
    forecast,
    shardSize: world.shardSize,
    syncIfDue: async (head, pending, log) => {
      if (syncIsDue(head, pending, 'list', clock())) await ledger.changesAgents(() => sync(log));
    },
  });
  const poll = onePollAtATime(async (log, options) => {
    const [published, noted] = [teams.pollBegins(), ledger.pollBegins()];
    const done = await plainPoll(log, options);
    if (done.result === 'complete') noted(published());
    return done;
  });
  const onDemand = pollOnDemand({
    ...moments,
    lease,
    poll,
    readHead: async () => (await stores.presence.readHead())?.head,
    freshWithinMs: 2_000,
    schedule: SCHEDULE,
  });
  const readPresence = readFresh({ reader, onDemand, monotonic, sleep });
  const handler = handle(
    presenceHandler({
      readPresence: () => readPresence,
      pulls: pullMonitor({ clock, monotonic }),
      defaultCountry: 'DE',
      clock,
    }),
    () => () => undefined,
    presenceFailure,
  );

  return {
    ...life,
    clock,
    isWrong,
    read: () => readPresence(() => undefined),
    async ask(query: string) {
      const answer = await handler(httpCall.request('GET', `/presence${query}`), httpCall.context() as never);
      return JSON.parse(String(answer.body)) as Record<string, unknown>;
    },
    timer: async () => (await poll(() => undefined)).rest,
    sync: () => ledger.changesAgents(() => sync(() => undefined)),
    upload: agentUploader(agentDeps),
    changeRules: rulesChanger({ ...stores, reader, clock }),
  };
}

export type Instance = ReturnType<typeof createInstance>;
