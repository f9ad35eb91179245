import { expect, test } from 'vitest';
import type { Agent } from '../../../../shared/domain/agents/agent.ts';
import { StoreUnavailableError } from '../../../../shared/errors/errors.ts';
import { explainAnswer } from '../../../../shared/http/explain/response.ts';
import { agent, guid, presence } from '../../../support/builders.ts';
import { LIMITS, world } from '../../../support/world.ts';

const HOUR = 3_600_000;

async function setUp(who: Partial<Agent> = {}, shown = presence('Available')) {
  const here = world();
  await here.map([agent(1, who)]);
  here.teams.shown.set(guid(1), shown);
  await here.poller()();
  const reader = here.reader();
  async function explained(tableFault?: Error, position = 0) {
    const { snapshot } = await reader.read();
    const moment = {
      now: here.time.clock(),
      suspiciousAfterMs: 12 * HOUR,
      staleAfterMs: LIMITS.staleAfterMs,
      tableFault,
    };
    return JSON.parse(String(explainAnswer(snapshot, { position, matchedBy: 'agentId' }, moment).body));
  }
  return { ...here, explained };
}

test('what is fresh has no cause, and says who was asked', async () => {
  const { explained } = await setUp({ displayName: '' });
  expect(await explained()).toMatchObject({
    ...{ agentId: '1001', displayName: 'Person 1', rule: 'available', cause: '', hint: '', rules: 'strict' },
    ...{ freshness: 'fresh', shard: 0, signIn: 'app-only', requestId: 'request-1', matchedBy: 'agentId' },
  });
});

test('what is old says since when, and why', async () => {
  const { explained, time } = await setUp();
  time.advance(LIMITS.unknownAfterMs + 1_000);
  expect(await explained()).toMatchObject({
    rule: 'stale',
    cause: 'Teams has not been read for 121 s: nothing has polled since then, the timer may have stopped',
  });
  const out = new StoreUnavailableError('Table Storage cannot be reached. Check PRESENCE_STORAGE.');
  expect((await explained(out)).cause).toBe('Teams has not been read for 121 s: Table Storage cannot be reached.');
});

test('a row that finds nobody says what was looked for, where it stands and what to do', async () => {
  const { explained } = await setUp({ account: 'not-in-directory', line: 7, number: '4711', numberKeys: ['4711'] });
  expect((await explained()).hint).toBe(
    'Nobody in the tenant has this e-mail. It was looked for person1@contoso.com, 4711 (line 7 of the file). Correct the row and upload it again.',
  );
});

test('somebody who is free for very long may have set it by hand', async () => {
  const here = await setUp();
  here.time.advance(13 * HOUR);
  here.teams.shown.set(guid(1), presence('Available', 'Available', { sequence: '2' }));
  await here.poller()();
  here.time.advance(1_000);
  expect((await here.explained()).hint).toContain('Available for 13 h without any change');
});

test('an agent who is gone meanwhile is none', async () => {
  const { explained } = await setUp();
  await expect(explained(undefined, 5)).rejects.toMatchObject({ status: 404, code: 'not_mapped' });
});
