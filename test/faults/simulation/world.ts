import { sameVersion } from '../../../shared/domain/agents/agentList.ts';
import type { TeamsPresence } from '../../../shared/domain/presence/teamsPresence.ts';
import type { Head } from '../../../shared/domain/snapshot/head.ts';
import { guid } from '../../support/builders.ts';
import { memoryAgentStore } from '../../support/memoryAgentStore.ts';
import { memoryPollLease } from '../../support/memoryPollLease.ts';
import { memoryPresenceStore } from '../../support/memoryPresenceStore.ts';
import { memoryRuleStore } from '../../support/memoryRuleStore.ts';
import { randomOf, virtualTime } from '../../support/virtualTime.ts';
import { createAccounts } from './accounts.ts';
import { statesOf } from './states.ts';

export const START = Date.UTC(2026, 10, 23, 8, 0, 0);
/** Half of the two seconds by which two clocks may differ. */
export const SKEW_MS = 1_000;
export const TIMER_MS = 10_000;
export const CLIENT_PATIENCE_MS = 5_000;
/** A pull may use a head that another one read so long ago. */
export const HEAD_REUSE_MS = 500;
export const FEW_PEOPLE = 7;
/** So many that their share of the quota, one request for each, says how often they may be read. */
const MANY_PEOPLE = 60;

/** What Graph answered to one request. */
export interface GraphAnswer {
  readonly sentAt: number;
  readonly trueAt: number;
  readonly shown: ReadonlyMap<string, TeamsPresence>;
  /** Tells the cycle that asked. */
  readonly cycle: AbortSignal;
}

/** A promise of a process that was killed. */
export const never = <T>() => new Promise<T>(() => undefined);

/** What everybody in a schedule shares: the time, Teams, the stores, and how much fails. Everything follows from the seed. */
export function createWorld(seed: number) {
  const random = randomOf(seed);
  const time = virtualTime(START);
  const violations: string[] = [];
  const violate = (what: string) => void violations.push(`${((time.now() - START) / 1000).toFixed(2)} s: ${what}`);
  /** In some schedules there are clocks that are quite wrong: then nobody can say how old something is. */
  const wild = seed % 5 === 0;
  /** Some schedules are calm, some are not. */
  const rarity = random.pick([15, 40, 150]);
  const graphRarity = random.pick([3, 15, 150]);
  const isCrowd = seed % 64 === 32;
  const people = Array.from({ length: isCrowd ? MANY_PEOPLE : FEW_PEOPLE }, (_, index) => index + 1);
  /** Of a large shard Graph may leave one out and is believed. */
  const shardSize = isCrowd ? 1 : random.pick([2, 2, FEW_PEOPLE]);
  const states = statesOf(random);
  const presenceTable = memoryPresenceStore();

  /** What Graph asks one instance to wait for, all of them do, until it has answered a later request. */
  function checkWaits({ shards: earlier }: Head, { shards }: Head): void {
    for (const [shard, { notBefore, checkedAt }] of wild ? [] : shards.entries()) {
      const old = earlier[shard];
      const isOver = old === undefined || old.notBefore <= time.now() + SKEW_MS || notBefore >= old.notBefore;
      if (!isOver && checkedAt < old.attemptedAt) violate(`a wait for shard ${shard} ended without an answer`);
    }
  }

  let before: Head | undefined;
  const checked = {
    ...presenceTable,
    async replaceHead(...[head, etag]: Parameters<typeof presenceTable.replaceHead>) {
      const written = await presenceTable.replaceHead(head, etag);
      if (head.epoch === before?.epoch && head.revision < before.revision) violate('the revision went back');
      if (before !== undefined && sameVersion(before.agents, head.agents)) checkWaits(before, head);
      before = head;
      return written;
    },
  };

  return {
    random,
    time,
    violations,
    violate,
    wild,
    rarity,
    graphRarity,
    people,
    shardSize,
    weather: {
      /** While false nothing fails: so a schedule ends. */
      stormy: true,
      /** What becomes of each request to Graph once the storm is over. */
      graphFault: undefined as (() => Error) | undefined,
    },
    graph: {
      shown: new Map(people.map(index => [guid(index), states.first()])),
      answers: [] as GraphAnswer[],
      /** So many were sent so far. */
      requests: 0,
    },
    states,
    accounts: createAccounts(people, random),
    stores: {
      presence: checked,
      agents: memoryAgentStore(),
      rules: memoryRuleStore(),
      lease: memoryPollLease(time.now),
    },
  };
}

export type World = ReturnType<typeof createWorld>;
