import { expect, test } from 'vitest';
import { GraphUnavailableError } from '../../../../shared/errors/errors.ts';
import type { PresenceSource } from '../../../../shared/ports/presenceSource.ts';
import { presencePoller } from '../../../../shared/usecases/poll/presencePoller.ts';
import { shardReader } from '../../../../shared/usecases/poll/shardReader.ts';
import { agent, guid } from '../../../support/builders.ts';
import { sleepForever } from '../../../support/clock.ts';
import { forecast, tokens, world } from '../../../support/world.ts';

test('agents that are replaced while Graph is asked are read in the same poll', async () => {
  const here = world();
  await here.map([agent(1)]);
  let first = true;
  const source: PresenceSource = {
    async read(...asked) {
      if (first) {
        first = false;
        await here.map([agent(2)], 'g0000000002-test');
      }
      return here.teams.source.read(...asked);
    },
  };
  expect(await here.poller(here.presence, source)()).toBe('complete');
  expect(here.teams.calls).toEqual([[guid(1)], [guid(2)]]);
  expect(await here.coldRules()).toEqual({ 1002: 'available' });
});

test('the sync that follows a run of the timer, and none else, costs no poll its result', async () => {
  const here = world();
  await here.map([agent(1)]);
  const synced: boolean[] = [];
  const poll = presencePoller({
    ...here,
    tokens,
    forecast,
    readShards: shardReader({ source: here.teams.source, tokens, ...here.time }),
    ...here.time,
    sleep: sleepForever,
    syncIfDue: async (_head, pending) => {
      synced.push(pending);
      throw new GraphUnavailableError('Out.');
    },
  });
  const asked = await poll(here.log, { isTimer: false, isHealing: false, isWanted: () => true });
  await asked.rest;
  expect(synced).toEqual([]);
  const { result, rest } = await poll(here.log);
  expect(result).toBe('complete');
  await expect(rest).rejects.toThrow('Out.');
  expect(synced).toEqual([false]);
});
