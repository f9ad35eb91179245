import type { Agent } from '../../shared/domain/agents/agent.ts';
import type { TeamsPresence } from '../../shared/domain/presence/teamsPresence.ts';
import { UNKNOWN_EXPIRY } from '../../shared/domain/signIn/expiry.ts';
import { newHead, renewedHead } from '../../shared/domain/snapshot/head.ts';
import type { DataLevel } from '../../shared/domain/snapshot/record.ts';
import type { Sleep } from '../../shared/lib/clock.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { PresenceSource } from '../../shared/ports/presenceSource.ts';
import type { PresenceStore } from '../../shared/ports/presenceStore.ts';
import type { TokenProvider } from '../../shared/ports/tokenProvider.ts';
import { presencePoller } from '../../shared/usecases/poll/presencePoller.ts';
import { shardCache } from '../../shared/usecases/poll/shardCache.ts';
import { shardReader } from '../../shared/usecases/poll/shardReader.ts';
import { presenceReader } from '../../shared/usecases/read/presenceReader.ts';
import type { ExpiryForecast } from '../../shared/usecases/signIn/expiryForecast.ts';
import type { Stores } from '../../shared/usecases/state/readOrCreateHead.ts';
import { manualClock, sleepForever } from './clock.ts';
import { memoryAgentStore } from './memoryAgentStore.ts';
import { memoryPresenceStore } from './memoryPresenceStore.ts';
import { memoryRuleStore } from './memoryRuleStore.ts';

export const LIMITS = { staleAfterMs: 60_000, unknownAfterMs: 120_000 };

/** A forecast that repeats what the vault says. */
export const forecast: ExpiryForecast = async ({ secretExpiry, passwordExpiry }) => ({ secretExpiry, passwordExpiry });

export const tokens: TokenProvider = {
  token: async () => ({ value: 'token', mode: 'app-only' }),
  fresh: async mode => ({ value: 'token', mode }),
  permissions: () => ({ scopes: [], roles: [] }),
  discard: () => undefined,
  state: async () => ({
    secretExpiry: UNKNOWN_EXPIRY,
    passwordExpiry: UNKNOWN_EXPIRY,
    user: undefined,
    faults: [],
  }),
};

/** Teams as the tests want it: who shows what, and how many requests were made. */
function fakeTeams() {
  const shown = new Map<string, TeamsPresence>();
  const calls: string[][] = [];
  const source: PresenceSource = {
    async read(ids) {
      calls.push([...ids]);
      const known = ids.flatMap(id => {
        const presence = shown.get(id);
        return presence === undefined ? [] : [[id, presence] as const];
      });
      return { presences: new Map(known), requestId: `request-${calls.length}` };
    },
  };
  return { shown, calls, source };
}

/** The use cases on memory stores and a clock that the test moves. */
export function world(options: Partial<Stores> = {}, shardSize?: number) {
  const time = manualClock();
  const presence = options.presence ?? memoryPresenceStore();
  const agents = options.agents ?? memoryAgentStore();
  const rules = options.rules ?? memoryRuleStore();
  const teams = fakeTeams();
  const cache = shardCache(presence);
  const events: [string, Record<string, string | number>][] = [];
  const log: Log = (event, fields) => events.push([event, fields]);

  function pollerOf(
    store: PresenceStore = presence,
    source: PresenceSource = teams.source,
    signIn: TokenProvider = tokens,
    sleep: Sleep = sleepForever,
  ) {
    const readShards = shardReader({ source, tokens: signIn, ...time, concurrency: 4 });
    const stores = { presence: store, agents, rules, cache: shardCache(store) };
    const size = shardSize === undefined ? {} : { shardSize };
    return presencePoller({ ...stores, ...size, tokens: signIn, readShards, forecast, ...time, sleep });
  }

  /** The timer’s run; it reads everybody, however short a time ago that was done. */
  function poller(...parts: Parameters<typeof pollerOf>) {
    const poll = pollerOf(...parts);
    return async () => {
      const { result, rest } = await poll(log);
      await rest;
      return result;
    };
  }

  function reader(store: PresenceStore = presence, level: DataLevel = 'full') {
    const options = { limits: LIMITS, level };
    const stores = { presence: store, agents, rules, cache: shardCache(store) };
    return presenceReader({ ...stores, ...time, sleep: sleepForever, options });
  }

  /** Makes these the agents, as an upload would. */
  async function map(mapped: readonly Agent[], id = 'g0000000001-test'): Promise<void> {
    const version = { id, count: mapped.length, removalsSince: '' };
    await agents.write(version, { agents: mapped, tombstones: [] });
    const stored = await presence.readHead();
    if (stored === undefined) await presence.createHead(newHead('epoch', version));
    else await presence.replaceHead(renewedHead(stored.head, { agents: version }), stored.etag);
    await agents.markCurrent(version);
    for (const { objectId, account } of mapped) {
      if (account === 'mapped' && !teams.shown.has(objectId)) teams.shown.set(objectId, available);
    }
  }

  /** What a reader without any memory answers, by agentId. */
  async function coldRules(): Promise<Record<string, string>> {
    const { snapshot } = await reader().read();
    return Object.fromEntries(snapshot.entries.map(({ record }) => [record.agentId, record.rule]));
  }

  return { time, presence, agents, rules, cache, teams, events, log, poller, pollerOf, reader, map, coldRules };
}

const available: TeamsPresence = {
  availability: 'Available',
  activity: 'Available',
  outOfOffice: false,
  sequence: '1',
};
