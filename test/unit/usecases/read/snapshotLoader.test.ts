import { expect, test } from 'vitest';
import { DEFAULT_RULES, readRulesFile, rulesText } from '../../../../shared/domain/rules/ruleSet.ts';
import { shardCache } from '../../../../shared/usecases/poll/shardCache.ts';
import { snapshotLoader } from '../../../../shared/usecases/read/snapshotLoader.ts';
import { agent, guid, presence } from '../../../support/builders.ts';
import { memoryPresenceStore } from '../../../support/memoryPresenceStore.ts';
import { watched } from '../../../support/stores.ts';
import { world } from '../../../support/world.ts';

async function setUp() {
  const calls: string[] = [];
  const store = watched(memoryPresenceStore(), ({ method }) => void calls.push(method));
  const here = world({ presence: store }, 1);
  await here.map([agent(1), agent(2)]);
  await here.poller()();
  const load = snapshotLoader({ ...here, cache: shardCache(store) });
  await load();
  calls.length = 0;
  return { ...here, calls, load };
}

test('of what did not change nothing is read again', async () => {
  const { load, calls } = await setUp();
  const { index } = await load();
  expect(calls).toEqual(['readHead']);
  expect((await load()).index).toBe(index);
});

test('of what changed only that is read', async () => {
  const { load, calls, ...here } = await setUp();
  here.time.advance(1_000);
  here.teams.shown.set(guid(2), presence('Away'));
  await here.poller()();
  calls.length = 0;
  const { documents } = await load();
  expect(documents.map(({ readings }) => readings.get(guid(2))?.availability).filter(Boolean)).toEqual(['Away']);
  expect(calls).toEqual(['readHead', 'readDocument']);
});

test('a document that is lost makes a head without it', async () => {
  const here = await setUp();
  const cold = snapshotLoader({ ...here, cache: shardCache(here.presence) });
  const [lost] = await here.presence.listDocuments();
  await here.presence.removeDocuments(lost === undefined ? [] : [lost]);
  const { head, documents } = await cold();
  expect(documents.map(({ readings }) => readings.size).sort()).toEqual([0, 1]);
  expect(head.deltasSince).toBe(head.revision);
});

test('rules that are lost are replaced by the strictest, and found when they are back', async () => {
  const { load, ...here } = await setUp();
  const stored = await here.presence.readHead();
  if (stored !== undefined) await here.presence.replaceHead({ ...stored.head, rules: 'r1' }, stored.etag);
  expect((await load()).rules).toBe(DEFAULT_RULES);
  await here.rules.write('r1', rulesText(readRulesFile('{"preset":"acd-decides"}', 'r1')));
  expect((await load()).rules.preset).toBe('acd-decides');
});
