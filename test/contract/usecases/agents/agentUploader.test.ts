import { describe, expect, test } from 'vitest';
import type { AgentEntry } from '../../../../shared/domain/agents/agent.ts';
import type { AgentFile } from '../../../../shared/domain/agents/agentFile.ts';
import { AgentIndex } from '../../../../shared/domain/agents/agentIndex.ts';
import { rowCount } from '../../../../shared/domain/agents/agentList.ts';
import { addOrUpdate, removeOne, replaceAll } from '../../../../shared/domain/agents/listEdit.ts';
import { GraphUnavailableError } from '../../../../shared/errors/errors.ts';
import type { AgentStore } from '../../../../shared/ports/agentStore.ts';
import type { Directory } from '../../../../shared/ports/directory.ts';
import type { PresenceStore } from '../../../../shared/ports/presenceStore.ts';
import { agentUploader, type UploadOptions } from '../../../../shared/usecases/agents/agentUploader.ts';
import { directorySync } from '../../../../shared/usecases/agents/directorySync.ts';
import { entry, guid, presence } from '../../../support/builders.ts';
import { directoryOf, user } from '../../../support/directory.ts';
import { ADAPTERS, killedAt } from '../../../support/stores.ts';
import { world } from '../../../support/world.ts';

function file(entries: readonly AgentEntry[]): AgentFile {
  return {
    entries: entries.map((row, index) => ({ line: index + 2, entry: row })),
    encoding: 'utf-8',
    ignoredColumns: [],
  };
}

/** Small, so that few people are several shards. */
const SHARD_SIZE = 6;
const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index);
const team = (count: number, from = 0) => file(numbers(count, from).map(index => entry(index)));

/** Whose presence stands in any document. */
async function stored(store: PresenceStore): Promise<string[]> {
  const documents = await Promise.all((await store.listDocuments()).map(key => store.readDocument(key)));
  return [...new Set(documents.flatMap(document => [...(document?.readings.keys() ?? [])]))].sort();
}

describe.each(ADAPTERS)('an upload through %s', (_name, create) => {
  function start(users = numbers(20).map(index => user(index)), stores = create()) {
    const here = world(stores, SHARD_SIZE);
    for (const { id } of users) here.teams.shown.set(id, presence('Available'));
    const uploader = (store: PresenceStore = here.presence, directory = directoryOf(users)) => {
      const source = { kind: 'list' } as const;
      const { clock } = here.time;
      const change = agentUploader({ ...here, clock, presence: store, directory, source, defaultCountry: 'DE' });
      return (rows: AgentFile, options: UploadOptions) => change(replaceAll(rows), options);
    };
    return { ...here, uploader, upload: uploader() };
  }
  const careful: UploadOptions = { replaceAll: false, dryRun: false, ifMatch: undefined };
  const all: UploadOptions = { ...careful, replaceAll: true };

  test('reports every row, and is what the reader answers', async () => {
    const here = start([
      user(1),
      user(2, { accountEnabled: false }),
      user(3, { userPrincipalName: 'other@contoso.com' }),
      user(4, { mail: 'shared@contoso.com' }),
      user(5, { mail: 'shared@contoso.com' }),
    ]);
    const report = await here.upload(
      file([
        entry(1, { number: '089 123456-01' }),
        entry(2),
        entry(3),
        entry(6, { email: 'shared@contoso.com' }),
        entry(7, { email: 'nobody@contoso.com', number: '+498912345601' }),
        entry(8, { email: '', userId: guid(1) }),
      ]),
      careful,
    );
    expect(report).toMatchObject({ count: 6, mapped: 3, notFound: 2, disabled: 1, added: 6, removed: 0 });
    expect(report.attention.map(({ line, problem }) => `${line} ${problem}`)).toEqual([
      '2 duplicate-person',
      '2 duplicate-number',
      '3 account-disabled',
      '5 ambiguous',
      '6 email-unknown',
      '6 duplicate-number',
      '7 duplicate-person',
    ]);
    await here.poller()();
    expect(await here.coldRules()).toEqual({
      1001: 'available',
      1002: 'account-disabled',
      1003: 'available',
      1006: 'not-in-directory',
      1007: 'not-in-directory',
      1008: 'available',
    });
    expect(here.teams.calls).toEqual([[guid(1), guid(3)]]);
  });

  test('a number that somebody else has in the directory is named, because it finds both', async () => {
    const here = start([user(1), user(2, { numbers: ['+49 89 1234567'] })]);
    const { attention } = await here.upload(file([entry(1, { number: '089 1234567' }), entry(2)]), careful);
    expect(attention.map(({ agentId, problem }) => `${agentId} ${problem}`)).toEqual(['1001 duplicate-number']);
  });

  test('the object id goes before the address, and the address helps where the id is unknown', async () => {
    const here = start();
    await here.upload(file([entry(1, { userId: guid(9) }), entry(2, { userId: guid(77_777) })]), careful);
    const { agents } = await here.agents.read(await here.agents.current());
    expect(Object.fromEntries(agents.map(({ agentId, objectId }) => [agentId, objectId]))).toEqual({
      1001: guid(9),
      1002: guid(2),
    });
  });

  test('of a row whose object id and e-mail are of two people the e-mail finds nobody, and the report says whose it is', async () => {
    const here = start();
    const report = await here.upload(
      file([
        entry(1, { userId: guid(9) }),
        entry(3, { email: 'renamed-long-ago@contoso.com', userId: guid(3) }),
        entry(4, { userId: guid(4) }),
      ]),
      careful,
    );
    expect(report.attention.map(({ agentId, problem }) => `${agentId} ${problem}`)).toEqual(['1001 email-of-other']);
    expect(report.attention[0]?.message).toContain('The e-mail is that of person1@contoso.com.');
    const index = new AgentIndex(await here.agents.read(await here.agents.current()));
    const whoHas = (value: string) =>
      index.find([{ kind: 'email', value }]).positions.map(position => index.agents[position]?.agentId);
    expect(whoHas('person1@contoso.com')).toEqual([]);
    expect(whoHas('person9@contoso.com')).toEqual(['1001']);
    expect(whoHas('renamed-long-ago@contoso.com')).toEqual(['1003']);
    expect(whoHas('person4@contoso.com')).toEqual(['1004']);
    // Nor does any answer show that person's state under it.
    const { snapshot } = await here.reader().read();
    const shown = snapshot.entries.map(({ record }) => [record.agentId, record.email]);
    expect(Object.fromEntries(shown)['1001']).toBe('person9@contoso.com');
  });

  test('repeated, changes nothing', async () => {
    const here = start();
    const first = await here.upload(team(3), careful);
    const head = await here.presence.readHead();
    expect(await here.upload(team(3), careful)).toEqual({ ...first, added: 0 });
    expect(await here.presence.readHead()).toEqual(head);
  });

  test('people who stay keep their presence, also when shards are given up', async () => {
    const here = start();
    await here.upload(team(14), careful);
    const poll = here.poller();
    await poll();
    expect((await here.presence.readHead())?.head.shards).toHaveLength(3);
    here.teams.shown.set(guid(13), presence('Busy', 'InACall'));
    here.time.advance(10_000);
    await poll();

    await here.upload(team(6, 8), all);
    const rules = await here.coldRules();
    expect(Object.keys(rules)).toHaveLength(6);
    expect(rules['1013']).toBe('in-a-call');
    expect(Object.values(rules).filter(rule => rule === 'available')).toHaveLength(5);

    here.time.advance(10_000);
    here.teams.calls.length = 0;
    await poll();
    expect(here.teams.calls.map(ids => ids.length)).toEqual([6]);
    expect((await here.presence.readHead())?.head.shards).toHaveLength(1);
    expect(await stored(here.presence)).toHaveLength(6);
  });

  test('leaves the presence of everybody as it is: it is the poller’s to write', async () => {
    const here = start();
    await here.upload(team(2), careful);
    await here.poller()();
    const before = await here.presence.listDocuments();
    await here.upload(file([entry(0), entry(1), entry(7)]), careful);
    expect(await here.presence.listDocuments()).toEqual(before);
    expect((await here.coldRules())['1007']).toBe('never-seen');
  });

  test('who is removed is in no answer from then on, and in no document after the next poll', async () => {
    const here = start();
    await here.upload(team(3), careful);
    const poll = here.poller();
    await poll();
    await here.upload(team(2), careful);
    expect(Object.keys(await here.coldRules())).toEqual(['1000', '1001']);
    here.time.advance(10_000);
    await poll();
    expect(await stored(here.presence)).toEqual([guid(0), guid(1)]);
  });

  test('that would remove more than half is refused, unless it is meant', async () => {
    const here = start();
    await here.upload(team(4), careful);
    await expect(here.upload(team(1), careful)).rejects.toMatchObject({
      code: 'would_remove',
      message: expect.stringContaining('3 of 4'),
    });
    await expect(here.upload(file([]), careful)).rejects.toMatchObject({ code: 'would_remove' });
    expect((await here.agents.current()).count).toBe(4);
    await here.upload(team(2), careful);
    await here.upload(team(1, 7), all);
    const left = await here.agents.read(await here.agents.current());
    expect(left.agents.map(({ agentId }) => agentId)).toEqual(['1007']);
    // Of those who are gone the id alone is kept, for clients that have to be told.
    expect(left.tombstones.map(({ agentId }) => agentId).sort()).toEqual(['1000', '1001', '1002', '1003']);
    expect(JSON.stringify(left)).not.toContain('person1@');
  });

  test('changes nothing when the directory cannot be asked', async () => {
    const here = start();
    await here.upload(team(2), careful);
    const before = await here.presence.readHead();
    const failing = { ...directoryOf([]), findUsers: () => Promise.reject(new GraphUnavailableError('No answer.')) };
    await expect(here.uploader(here.presence, failing)(team(3), careful)).rejects.toBeInstanceOf(GraphUnavailableError);
    expect(await here.presence.readHead()).toEqual(before);
  });

  test('removes somebody while the directory cannot be asked, also beside who is pending', async () => {
    const here = start();
    await here.upload(team(3), careful);
    const { clock } = here.time;
    const common = { ...here, clock, source: { kind: 'list' } as const, defaultCountry: 'DE' as const };
    const hurried = agentUploader({ ...common, directory: directoryOf([]), budget: () => AbortSignal.abort() });
    await hurried(addOrUpdate(team(1, 7)), careful);
    const failing = { ...directoryOf([]), findUsers: () => Promise.reject(new GraphUnavailableError('No answer.')) };
    const change = agentUploader({ ...common, directory: failing });
    expect(await change(removeOne('1001'), careful)).toMatchObject({ count: 3, removed: 1, pending: 1 });
  });

  test('is made on what a directory sync left that ended meanwhile', async () => {
    const here = start();
    await here.upload(team(2), careful);
    const { clock } = here.time;
    const common = { ...here, ...here.time, source: { kind: 'list' } as const, defaultCountry: 'DE' as const };
    const renamed = directoryOf(numbers(20).map(index => user(index, { displayName: `Renamed ${index}` })));
    let syncs = 0;
    const slow: Directory = {
      ...renamed,
      findUsers: async (...asked) => {
        syncs += 1;
        if (syncs === 1) await directorySync({ ...common, directory: renamed })(here.log);
        return renamed.findUsers(...asked);
      },
    };
    const change = agentUploader({ ...common, clock, directory: slow });
    expect(await change(addOrUpdate(team(1, 7)), careful)).toMatchObject({ count: 3, added: 1 });
    const { agents } = await here.agents.read(await here.agents.current());
    expect(agents.map(({ directoryName }) => directoryName).sort()).toEqual(['Renamed 0', 'Renamed 1', 'Renamed 7']);
  });

  test('of two at once one is told to repeat', async () => {
    const here = start();
    await here.upload(team(2), careful);
    const results = await Promise.allSettled([here.upload(team(3), careful), here.upload(team(4), careful)]);
    const lost = results.filter(result => result.status === 'rejected');
    expect(lost).toHaveLength(1);
    expect(lost[0]?.reason).toMatchObject({ code: 'upload_running' });
    const { count } = await here.agents.current();
    expect(rowCount(await here.agents.read(await here.agents.current()))).toBe(count);
  });

  test('the same list twice at once, one slow, keeps nobody from being polled', async () => {
    const here = start();
    await here.upload(team(2), careful);
    const poll = here.poller();
    await poll();
    let goOn: () => void = () => undefined;
    const mayGoOn = new Promise<void>(resolve => (goOn = resolve));
    const slowStore: AgentStore = {
      ...here.agents,
      write: async (version, list) => {
        await here.agents.write(version, list);
        await mayGoOn;
      },
    };
    const { clock } = here.time;
    const common = { ...here, clock, directory: directoryOf(numbers(20).map(index => user(index))) };
    const slow = agentUploader({ ...common, agents: slowStore, source: { kind: 'list' }, defaultCountry: 'DE' });
    const late = slow(replaceAll(team(8)), all).catch(error => error);
    await here.upload(team(8), all);
    here.time.advance(10_000);
    await poll();
    goOn();
    expect(await late).toMatchObject({ code: 'upload_running' });
    for (const index of numbers(8)) here.teams.shown.set(guid(index), presence('Busy', 'InACall'));
    here.time.advance(10_000);
    await poll();
    const rules = await here.coldRules();
    expect(rules).toEqual(Object.fromEntries(numbers(8).map(index => [String(1_000 + index), 'in-a-call'])));
    const { head } = (await here.presence.readHead()) ?? {};
    expect(head?.agents.count).toBe(8);
  });

  test('of two at once leaves nothing in the tables of the one that lost', async () => {
    const stores = create();
    const written: string[] = [];
    const agents: AgentStore = {
      ...stores.agents,
      write: async (version, list) => {
        written.push(version.id);
        await stores.agents.write(version, list);
      },
    };
    const here = start(undefined, { ...stores, agents });
    await here.upload(team(2), careful);
    await Promise.allSettled([here.upload(team(3), all), here.upload(team(3, 10), all)]);
    const { head } = (await here.presence.readHead()) ?? {};
    const left = await Promise.all(written.map(async id => rowCount(await agents.readRemaining(id))));
    expect(written.filter((_, index) => left[index] !== 0)).toEqual([head?.agents.id]);
  });

  test('beside the very first poll: both find the head that one of them made', async () => {
    for (let round = 0; round < 5; round += 1) {
      const here = start();
      const results = await Promise.allSettled([here.poller()(), here.upload(team(2), careful), here.poller()()]);
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
      here.time.advance(10_000);
      await here.poller()();
      expect(await here.coldRules()).toEqual({ 1000: 'available', 1001: 'available' });
    }
  });

  test('beside a poller: nothing is lost, nothing half-done', async () => {
    const here = start();
    await here.upload(team(10), careful);
    const poll = here.poller();
    await poll();
    for (let round = 0; round < 3; round += 1) {
      here.time.advance(10_000);
      for (const index of numbers(2)) here.teams.shown.set(guid(index), presence(round % 2 === 0 ? 'Away' : 'Busy'));
      await Promise.all([poll(), here.upload(team(6 + round), all)]);
    }
    here.time.advance(10_000);
    await poll();
    const rules = await here.coldRules();
    expect(Object.keys(rules)).toHaveLength(8);
    expect(Object.values(rules).filter(rule => rule === 'away')).toHaveLength(2);
    expect(Object.values(rules).filter(rule => rule === 'available')).toHaveLength(6);
  });

  test.each(['before', 'after'] as const)('killed %s any call leaves the old agents or the new ones', async effect => {
    for (let at = 1; at <= 6; at += 1) {
      const here = start(numbers(3).map(index => user(index)));
      await here.upload(team(3), careful);
      const poll = here.poller();
      await poll();
      await here
        .uploader(killedAt(here.presence, at, effect))(team(2), careful)
        .catch(() => undefined);
      here.time.advance(10_000);
      await poll();
      const rules = await here.coldRules();
      const place = `killed ${effect} call ${at}`;
      expect([2, 3], place).toContain(Object.keys(rules).length);
      expect(new Set(Object.values(rules)), place).toEqual(new Set(['available']));
      expect(await stored(here.presence), place).toHaveLength(Object.keys(rules).length);
      await here.upload(team(2), careful);
      expect(Object.keys(await here.coldRules()), place).toEqual(['1000', '1001']);
    }
  });

  test('onto a head that somebody restored from a copy counts from what is recorded: nobody removed comes back', async () => {
    const here = start();
    await here.upload(team(3), all);
    const copy = await here.presence.readHead();
    if (copy === undefined) throw new Error('no head');
    for (const count of [4, 3, 2]) await here.upload(team(count), all);
    const now = await here.presence.readHead();
    await here.presence.replaceHead(copy.head, now?.etag ?? '');
    await here.upload(team(1), all);
    await here.poller()();
    // Whoever deletes the presence table gets what is recorded.
    const rebuilt = world({ ...here, presence: create().presence });
    expect(Object.keys(await rebuilt.coldRules())).toEqual(Object.keys(await here.coldRules()));
    expect(Object.keys(await here.coldRules())).toHaveLength(1);
  });

  test('survives a deleted presence table: agents are known, and read again in one cycle', async () => {
    const here = start();
    await here.upload(team(3), careful);
    const rebuilt = world({ presence: create().presence, agents: here.agents });
    for (const index of numbers(3)) rebuilt.teams.shown.set(guid(index), presence('Busy'));
    expect(await rebuilt.coldRules()).toEqual({ 1000: 'never-seen', 1001: 'never-seen', 1002: 'never-seen' });
    await rebuilt.poller()();
    expect(await rebuilt.coldRules()).toEqual({ 1000: 'busy', 1001: 'busy', 1002: 'busy' });
  });
});
