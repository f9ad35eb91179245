import { describe, expect, test } from 'vitest';
import { type AgentEntry, isActive, isPending } from '../../../../shared/domain/agents/agent.ts';
import { exportedEntries } from '../../../../shared/domain/agents/agentExport.ts';
import type { AgentFile } from '../../../../shared/domain/agents/agentFile.ts';
import { NO_AGENTS } from '../../../../shared/domain/agents/agentList.ts';
import { readAgentSource, sourceText } from '../../../../shared/domain/agents/agentSource.ts';
import { addOrUpdate, removeOne, replaceAll } from '../../../../shared/domain/agents/listEdit.ts';
import { matchReport } from '../../../../shared/domain/agents/matchReport.ts';
import { GraphUnavailableError } from '../../../../shared/errors/errors.ts';
import type { Directory, DirectoryUser } from '../../../../shared/ports/directory.ts';
import { agentUploader } from '../../../../shared/usecases/agents/agentUploader.ts';
import { directorySync, syncIsDue } from '../../../../shared/usecases/agents/directorySync.ts';
import { entry, guid, presence } from '../../../support/builders.ts';
import { directoryOf, user } from '../../../support/directory.ts';
import { ADAPTERS } from '../../../support/stores.ts';
import { world } from '../../../support/world.ts';

const GROUP = `group:${guid(900)}`;
const CAREFUL = { replaceAll: false, dryRun: false, ifMatch: undefined };

function file(...entries: AgentEntry[]): AgentFile {
  return {
    entries: entries.map((row, line) => ({ line: line + 2, entry: row })),
    encoding: 'utf-8',
    ignoredColumns: [],
  };
}

describe.each(ADAPTERS)('the directory sync through %s', (_name, create) => {
  function start(users: DirectoryUser[]) {
    const here = world(create());
    const counts: Record<string, number> = {};
    const counting = (directory: Directory): Directory => ({
      findUsers: (field, values, ...rest) => {
        counts[field] = (counts[field] ?? 0) + 1;
        return directory.findUsers(field, values, ...rest);
      },
      listUsers: (...args) => {
        counts['everybody'] = (counts['everybody'] ?? 0) + 1;
        return directory.listUsers(...args);
      },
      listGroupMembers: directory.listGroupMembers,
    });
    const people = { users };
    const deps = (source = 'list', directory = directoryOf(people.users)) => {
      const read = readAgentSource(source);
      if (read === undefined) throw new Error(source);
      return {
        ...here,
        ...here.time,
        directory: counting(directory),
        source: read,
        defaultCountry: 'DE' as const,
      };
    };
    const rows = async () =>
      (await here.agents.read((await here.presence.readHead())?.head.agents ?? NO_AGENTS)).agents;
    const byId = async () => Object.fromEntries((await rows()).filter(isActive).map(row => [row.agentId, row]));
    const ids = async () => Object.keys(await byId()).sort();
    return {
      ...here,
      ids,
      people,
      counts,
      rows,
      byId,
      head: async () => (await here.presence.readHead())?.head,
      confirm: (rows: AgentFile) => agentUploader(deps())(replaceAll(rows), { ...CAREFUL, replaceAll: true }),
      upload: (rows: AgentFile, source?: string) => agentUploader(deps(source))(replaceAll(rows), CAREFUL),
      change: (edit: Parameters<ReturnType<typeof agentUploader>>[0], source?: string) =>
        agentUploader(deps(source))(edit, CAREFUL),
      uploadWith: (directory: Directory, rows: AgentFile) =>
        agentUploader(deps('list', directory))(replaceAll(rows), CAREFUL),
      pendingUpload: (rows: AgentFile) =>
        agentUploader({ ...deps(), budget: () => AbortSignal.abort() })(replaceAll(rows), CAREFUL),
      lateSync: () => directorySync({ ...deps(), budget: () => AbortSignal.abort() })(here.log),
      syncOfInstance: () => directorySync(deps()),
      sync: (source?: string, directory?: Directory) => directorySync(deps(source, directory))(here.log),
    };
  }

  test('a row that names the same person in other letters stays found while the directory takes too long', async () => {
    const here = start([user(1), user(2)]);
    await here.upload(file(entry(1), entry(2)));
    await here.pendingUpload(file(entry(1, { email: ' Person1@CONTOSO.com ' }), entry(2, { email: 'x@contoso.com' })));
    expect(await here.byId()).toMatchObject({
      1001: { account: 'mapped', objectId: guid(1) },
      1002: { account: 'pending', objectId: '' },
    });
  });

  test('follows who is renamed, disabled or deleted', async () => {
    const here = start([user(1), user(2), user(3), user(4)]);
    await here.upload(file(entry(1), entry(2), entry(3), entry(4)));
    here.people.users = [
      user(1, { userPrincipalName: 'anna.new@contoso.com', mail: 'anna.new@contoso.com' }),
      user(2, { accountEnabled: false }),
      user(4),
    ];
    await here.sync();
    expect(await here.byId()).toMatchObject({
      1001: { account: 'mapped', resolvedBy: 'previous', userPrincipalName: 'anna.new@contoso.com' },
      1002: { account: 'account-disabled' },
      1003: { account: 'not-in-directory', objectId: '' },
      1004: { account: 'mapped', resolvedBy: 'upn' },
    });
    expect(
      matchReport(await here.rows(), 'all').attention.map(({ agentId, problem }) => `${agentId} ${problem}`),
    ).toEqual([...['1001 renamed', '1002 account-disabled', '1003 not-found']]);
    await here.poller()();
    expect(await here.coldRules()).toMatchObject({ 1002: 'account-disabled', 1003: 'not-in-directory' });
  });

  test('the timer and a sync that cannot wait for it are one', async () => {
    const here = start([user(1), user(2)]);
    await here.upload(file(entry(1), entry(2)));
    here.people.users = [user(1, { accountEnabled: false }), user(2)];
    here.time.advance(60_000);
    here.events.length = 0;
    const asked = here.counts['id'] ?? 0;
    const sync = here.syncOfInstance();
    await Promise.all([sync(here.log), sync(here.log)]);
    expect(here.events.map(([event]) => event)).toEqual(['sync.succeeded']);
    expect(here.counts['id']).toBe(asked + 1);
    expect((await here.byId())['1001']).toMatchObject({ account: 'account-disabled' });
  });

  test('a sync that loses to one of another instance has nothing left to do, and says nothing', async () => {
    const here = start([user(1), user(2)]);
    await here.upload(file(entry(1), entry(2)));
    here.people.users = [user(1, { accountEnabled: false }), user(2)];
    here.time.advance(60_000);
    here.events.length = 0;
    await Promise.all([here.sync(), here.sync()]);
    expect(here.events.map(([event]) => event)).toEqual(['sync.succeeded']);
    expect((await here.head())?.directory.fault).toBeUndefined();
    expect((await here.byId())['1001']).toMatchObject({ account: 'account-disabled' });
  });

  test('an address that somebody else has now is theirs', async () => {
    const here = start([user(1), user(2)]);
    await here.upload(file(entry(1), entry(2)));
    here.people.users = [
      user(1, { userPrincipalName: 'x@contoso.com', mail: '' }),
      user(5, { mail: 'person1@contoso.com' }),
      user(2),
    ];
    await here.sync();
    expect(await here.byId()).toMatchObject({ 1001: { objectId: guid(5), resolvedBy: 'mail' } });
  });

  test('when nothing changed, writes nothing but that it ran', async () => {
    const here = start([user(1), user(2)]);
    await here.upload(file(entry(1), entry(2)));
    const before = await here.head();
    here.time.advance(1_000);
    await here.sync();
    const after = await here.head();
    expect(after).toEqual({ ...before, directory: { ...after?.directory } });
    expect(after?.directory).toMatchObject({ succeededAt: here.time.clock() });
    expect(after?.directory.fault).toBeUndefined();
    // Whoever is known is asked for by object id, in one pass.
    here.counts['id'] = 0;
    here.counts['userPrincipalName'] = 0;
    await here.sync();
    expect(here.counts).toMatchObject({ id: 1, userPrincipalName: 0 });
    expect(here.counts['everybody']).toBeUndefined();
  });

  test('numbers are matched by one list of everybody, and only when they have to be', async () => {
    const here = start([
      user(1, { numbers: ['+49 89 1234-11'], aliases: ['anna@old.contoso.com'] }),
      user(2, { numbers: ['089/123412', '+49 171 5551'] }),
      user(3, { numbers: ['+49 89 1234-13'] }),
      user(4, { numbers: ['+49 89 1234-13'] }),
    ]);
    const bare = { email: '', displayName: '' };
    await here.upload(
      file(
        entry(1, { email: 'ANNA@old.contoso.com', number: '089 123499' }),
        entry(2, { ...bare, number: '4711', number2: '0049 171 5551' }),
        entry(3, { ...bare, number: '+49 89 123413' }),
        entry(4, { ...bare, number: '12' }),
      ),
    );
    expect(await here.byId()).toMatchObject({
      1001: { resolvedBy: 'alias', account: 'mapped', directoryNumbers: ['+4989123411'] },
      1002: { resolvedBy: 'number', objectId: guid(2), numberE164: '' },
      1003: { ambiguous: true, account: 'not-in-directory' },
      1004: { account: 'not-in-directory' },
    });
    expect(here.counts['everybody']).toBe(1);
    expect(
      matchReport(await here.rows(), 'all').attention.map(({ agentId, problem }) => `${agentId} ${problem}`),
    ).toEqual([...['1001 number-differs', '1003 ambiguous', '1004 no-key']]);
  });

  test('an incomplete answer, and one that would lose more than half, changes nothing and is named', async () => {
    const here = start([user(1), user(2), user(3)]);
    await here.upload(file(entry(1), entry(2), entry(3)));
    const before = await here.rows();
    const failing = { ...directoryOf([]), findUsers: () => Promise.reject(new GraphUnavailableError('No answer.')) };
    await here.sync('list', failing);
    expect([await here.rows(), (await here.head())?.directory.fault?.code]).toEqual([before, 'graph_unavailable']);
    here.people.users = [user(1)];
    await here.sync();
    expect([await here.rows(), (await here.head())?.directory.fault?.code]).toEqual([before, 'would_remove']);
    here.people.users = [user(1), user(2)];
    await here.sync();
    expect((await here.head())?.directory.fault).toBeUndefined();
    expect((await here.byId())['1003']?.account).toBe('not-in-directory');
  });

  test('what there was no time for is pending, and due', async () => {
    const here = start([user(1), user(2)]);
    const report = await here.pendingUpload(file(entry(1), entry(2)));
    expect(report).toMatchObject({ count: 2, mapped: 0, pending: 2 });
    await here.poller()();
    expect(await here.coldRules()).toEqual({ 1001: 'never-seen', 1002: 'never-seen' });
    const due = async (source = 'list') => {
      const head = await here.head();
      if (head === undefined) throw new Error('no head');
      return syncIsDue(head, (await here.rows()).some(isPending), source, here.time.clock());
    };
    expect(await due()).toBe(true);
    // A sync whose clock was a day ahead keeps nobody waiting for that day.
    const head = await here.head();
    if (head === undefined) throw new Error('no head');
    const ahead = { ...head, directory: { ...head.directory, attemptedAt: here.time.clock() + 86_400_000 } };
    expect(syncIsDue(ahead, true, 'list', here.time.clock())).toBe(true);
    await here.sync();
    expect(await due()).toBe(false);
    expect(await here.byId()).toMatchObject({ 1001: { account: 'mapped' }, 1002: { account: 'mapped' } });
    here.time.advance(60_000);
    expect([await due(), await due('tenant')]).toEqual([false, true]);
  });

  test('a sync that met an outage is tried again after ten minutes, one that would lose people is not', async () => {
    const here = start([user(1), user(2), user(3)]);
    await here.upload(file(entry(1), entry(2), entry(3)));
    const due = async () => {
      const head = await here.head();
      return head !== undefined && syncIsDue(head, false, 'list', here.time.clock());
    };
    const out = () => Promise.reject(new GraphUnavailableError('No answer.'));
    await here.sync('list', { findUsers: out, listUsers: out, listGroupMembers: out });
    expect(await due()).toBe(false);
    here.time.advance(10 * 60_000);
    expect(await due()).toBe(true);
    here.people.users = [];
    await here.sync();
    expect((await here.head())?.directory.fault?.code).toBe('would_remove');
    here.time.advance(10 * 60_000);
    expect(await due()).toBe(false);
  });

  test('groups instead of a list: agentIds are UPNs, the list says otherwise, and switching loses nothing', async () => {
    const here = start([user(1), user(2), user(3, { userPrincipalName: "o'brien@contoso.com", mail: '' })]);
    await here.upload(file(entry(1), entry(9)));
    await here.sync(GROUP);
    expect(await here.ids()).toEqual([guid(3), '1001', 'person2@contoso.com']);
    expect((await here.head())?.directory).toMatchObject({
      source: sourceText(readAgentSource(GROUP) ?? { kind: 'list' }),
    });

    // A row of the list gives somebody of the group an agentId; a row for anybody else is refused.
    const change = (row: AgentEntry) => here.change(addOrUpdate(file(row)), GROUP);
    await change(entry(2));
    expect(await here.ids()).toEqual([guid(3), '1001', '1002']);
    await expect(change(entry(8))).rejects.toMatchObject({ code: 'not_in_source' });
    await expect(here.change(removeOne(guid(3)), GROUP)).rejects.toMatchObject({ code: 'not_mapped' });

    // Somebody leaves the group, and everybody else stays who they are.
    here.people.users = [user(1), user(2)];
    await here.sync(GROUP);
    expect(await here.ids()).toEqual(['1001', '1002']);

    await here.sync('list');
    expect(await here.ids()).toEqual(['1001', '1002', '1009']);
    expect((await here.rows()).filter(isActive).filter(({ origin }) => origin === 'directory')).toEqual([]);
    expect(await here.byId()).toMatchObject({ 1009: { account: 'not-in-directory', email: 'person9@contoso.com' } });
  });

  test('a row that names nobody but by the user name of a member stands for this member', async () => {
    const here = start([user(1), user(2)]);
    await here.sync('tenant');
    const [upn = ''] = await here.ids();
    await here.change(addOrUpdate(file(entry(0, { agentId: upn, email: '', group: 'sales' }))), 'tenant');
    expect(await here.byId()).toMatchObject({ [upn]: { account: 'mapped', group: 'sales', origin: 'list' } });
    expect(await here.ids()).toHaveLength(2);
  });

  test('a group that loses more than half of its members changes nothing; another source does', async () => {
    const here = start([user(1), user(2), user(3), user(4)]);
    await here.sync(GROUP);
    expect(await here.ids()).toHaveLength(4);
    here.people.users = [user(1)];
    await here.sync(GROUP);
    expect(await here.ids()).toHaveLength(4);
    expect((await here.head())?.directory.fault?.message).toContain('3 of 4');
    await here.sync('tenant');
    expect(await here.ids()).toEqual(['person1@contoso.com']);
  });

  test('the whole tenant: whoever is disabled there is no agent', async () => {
    const here = start([user(1), user(2, { accountEnabled: false, numbers: ['+49 89 1'] })]);
    await here.sync('tenant');
    expect(await here.ids()).toEqual(['person1@contoso.com']);
    await here.poller()();
    expect(await here.coldRules()).toMatchObject({ 'person1@contoso.com': 'never-seen' });
  });

  test('a number that has gone to somebody else is theirs; one that nobody has leaves who had it', async () => {
    const bare = { email: '', displayName: '' };
    const here = start([user(1, { numbers: ['+49 89 111111'] }), user(2, { numbers: ['+49 89 222222'] })]);
    await here.upload(file(entry(1, { ...bare, number: '089 111111' }), entry(2, { ...bare, number: '089 222222' })));
    here.people.users = [user(1, { numbers: [] }), user(2), user(3, { numbers: ['+49 89 111111'] })];
    await here.sync();
    expect(await here.byId()).toMatchObject({
      1001: { objectId: guid(3), resolvedBy: 'number' },
      1002: { objectId: guid(2), resolvedBy: 'previous' },
    });
  });

  test('a number that has become a main number is nobody’s any more', async () => {
    const here = start([user(1, { numbers: ['+49 89 111111'] }), user(2), user(3)]);
    await here.upload(file(entry(1, { email: '', displayName: '', number: '089 111111' }), entry(2), entry(3)));
    here.people.users = [user(1, { numbers: ['+49 89 111111 ext. 5'] }), user(2), user(3)];
    await here.sync();
    expect(await here.byId()).toMatchObject({ 1001: { account: 'not-in-directory', objectId: '' } });
  });

  test('a row with a mistyped e-mail is nobody, whoever has its number; the report says who that is', async () => {
    const here = start([user(1, { numbers: ['+49 89 111111'] })]);
    const rows = file(entry(1, { email: 'typo@contoso.com', number: '089 111111' }));
    const first = await here.upload(rows);
    expect(await here.upload(rows)).toMatchObject({ generation: first.generation });
    expect(await here.byId()).toMatchObject({ 1001: { account: 'not-in-directory', objectId: '', resolvedBy: '' } });
    const [finding] = matchReport(await here.rows(), 'all').attention;
    expect(finding).toMatchObject({ agentId: '1001', problem: 'email-unknown' });
    expect(finding?.message).toContain('person1@contoso.com');
    const listed = here.counts['everybody'];
    await here.sync();
    expect(here.counts['everybody']).toBe(listed);
    expect(matchReport(await here.rows(), 'all').attention[0]?.message).toContain('person1@contoso.com');
  });

  test('a row with an object id that nobody has is nobody, whoever has its number', async () => {
    const here = start([user(1, { numbers: ['+49 89 111111'] })]);
    await here.upload(file(entry(1, { email: '', userId: guid(77_777), number: '089 111111' })));
    expect(await here.byId()).toMatchObject({ 1001: { account: 'not-in-directory', objectId: '' } });
    const [finding] = matchReport(await here.rows(), 'all').attention;
    expect(finding).toMatchObject({ agentId: '1001', problem: 'not-found', numberOf: 'person1@contoso.com' });
    expect(finding?.message).toContain('correct the object id');
  });

  test('a number that nobody has is looked for again by the first sync of a day, not by each', async () => {
    const both = { numbers: ['+49 89 333333'] };
    const here = start([user(1, { numbers: ['+49 89 111111'] }), user(3, both), user(4, both)]);
    const bare = { email: '', displayName: '' };
    const rows = ['089 111111', '089 222222', '089 333333'].map((number, index) =>
      entry(index + 1, { ...bare, number }),
    );
    await here.upload(file(...rows));
    await here.sync();
    const listed = here.counts['everybody'] ?? 0;
    here.people.users = [...here.people.users, user(2, { numbers: ['+49 89 222222'] })];
    here.time.advance(3_600_000);
    await here.sync();
    expect(here.counts['everybody']).toBe(listed);
    expect(await here.byId()).toMatchObject({
      1001: { account: 'mapped' },
      1002: { account: 'not-in-directory' },
      1003: { account: 'not-in-directory', ambiguous: true },
    });
    here.time.advance(23 * 3_600_000);
    await here.sync();
    expect(here.counts['everybody']).toBe(listed + 1);
    expect(await here.byId()).toMatchObject({
      1002: { account: 'mapped', objectId: guid(2) },
      1003: { ambiguous: true },
    });
    await here.sync();
    expect(here.counts['everybody']).toBe(listed + 1);
  });

  test('a person whose number is gone from the directory is not looked for by each sync', async () => {
    const here = start([user(1, { numbers: ['+49 89 111111'] })]);
    await here.upload(file(entry(1, { email: '', displayName: '', number: '089 111111' })));
    here.people.users = [user(1, { numbers: [] })];
    await here.sync();
    await here.sync();
    const listed = here.counts['everybody'];
    await here.sync();
    expect(here.counts['everybody']).toBe(listed);
    expect(await here.byId()).toMatchObject({ 1001: { objectId: guid(1), resolvedBy: 'previous' } });
  });

  test('forgets the id of who was removed a week ago, although nothing else changes', async () => {
    const here = start([user(1), user(2), user(3)]);
    await here.upload(file(entry(1), entry(2), entry(3)));
    await here.upload(file(entry(1), entry(2)));
    const tombstones = async () => (await here.agents.read((await here.head())?.agents ?? NO_AGENTS)).tombstones;
    expect((await tombstones()).map(({ agentId }) => agentId)).toEqual(['1003']);
    here.time.advance(7 * 86_400_000 - 1);
    await here.sync();
    expect(await tombstones()).toHaveLength(1);
    here.time.advance(1);
    await here.sync();
    expect(await tombstones()).toEqual([]);
    expect(await here.ids()).toEqual(['1001', '1002']);
  });

  test('forgets who was removed a week ago also when nobody is left', async () => {
    const here = start([user(1), user(2)]);
    await here.upload(file(entry(1), entry(2)));
    await here.confirm(file());
    await here.poller()();
    const remembered = async () =>
      (await here.agents.read((await here.head())?.agents ?? NO_AGENTS)).tombstones.map(({ agentId }) => agentId);
    expect(await remembered()).toEqual(['1001', '1002']);
    here.time.advance(8 * 86_400_000);
    await here.sync();
    expect(await remembered()).toEqual([]);
    expect(here.counts).not.toHaveProperty('everybody');
  });

  test.each([
    ['nobody', user(1)],
    ['somebody', user(1, { displayName: 'Renamed' })],
  ])('that changes %s leaves of nobody a state of an earlier time', async (_case, found) => {
    const here = start([user(1), user(2)]);
    await here.upload(file(entry(1), entry(2)));
    const poll = here.poller();
    here.teams.shown.set(guid(2), presence('Available'));
    for (const availability of ['Busy', 'Away', 'Available']) {
      here.teams.shown.set(guid(1), presence(availability));
      here.time.advance(10_000);
      await poll();
    }
    expect(await here.presence.listDocuments()).toHaveLength(2);
    here.people.users = [found, user(2)];
    await here.sync();
    const [only, ...others] = await here.presence.listDocuments();
    expect(others).toEqual([]);
    expect((await here.head())?.shards[0]?.document).toBe(only?.key);
    expect(await here.coldRules()).toEqual({ 1001: 'available', 1002: 'available' });
  });

  test('an upload that is faster keeps nobody from being looked at', async () => {
    const here = start([user(1), user(2)]);
    await here.upload(file(entry(1)));
    here.people.users = [user(1, { accountEnabled: false }), user(2)];
    let isFirst = true;
    const directory = directoryOf(here.people.users);
    const interrupted: Directory = {
      ...directory,
      findUsers: async (...args) => {
        if (isFirst) {
          isFirst = false;
          await here.change(addOrUpdate(file(entry(2))));
        }
        return directory.findUsers(...args);
      },
    };
    await here.sync(undefined, interrupted);
    expect(await here.byId()).toMatchObject({ 1001: { account: 'account-disabled' }, 1002: { account: 'mapped' } });
  });

  test('what a sync found out during an upload stays, and a fault that it mended does not come back', async () => {
    const here = start([user(1), user(2)]);
    await here.upload(file(entry(1)));
    const directory = directoryOf(here.people.users);
    const during = (work: () => Promise<void>): Directory => {
      let isFirst = true;
      return {
        ...directory,
        findUsers: async (...args) => {
          if (isFirst) {
            isFirst = false;
            await work();
          }
          return directory.findUsers(...args);
        },
      };
    };
    const failing = { ...directory, findUsers: () => Promise.reject(new GraphUnavailableError('Out.')) };
    await here.uploadWith(
      during(() => here.sync(undefined, failing)),
      file(entry(1), entry(2)),
    );
    expect((await here.head())?.directory.fault?.message).toBe('Out.');
    here.time.advance(60_000);
    await here.uploadWith(
      during(() => here.sync()),
      file(entry(1, { group: 'a' }), entry(2)),
    );
    const { succeededAt, fault } = (await here.head())?.directory ?? {};
    expect([succeededAt, fault]).toEqual([here.time.clock(), undefined]);
  });

  test('a sync that loses to uploads again and again says so', async () => {
    const here = start(Array.from({ length: 9 }, (_, index) => user(index)));
    await here.upload(file(entry(0)));
    let next = 1;
    const directory = directoryOf([user(0, { accountEnabled: false }), ...here.people.users.slice(1)]);
    await here.sync(undefined, {
      ...directory,
      findUsers: async (...args) => {
        if (next < 9) await here.change(addOrUpdate(file(entry(next++))));
        return directory.findUsers(...args);
      },
    });
    expect((await here.head())?.directory.fault?.message).toMatch(/replaced meanwhile/);
    expect(here.events.map(([event]) => event)).toContain('sync.failed');
  });

  test('who has left leaves his number to who has it now', async () => {
    const numbers = ['+49 89 1234-11'];
    const here = start([user(1, { numbers, accountEnabled: false }), user(2, { numbers })]);
    await here.upload(file(entry(7, { email: '', number: '089 1234-11' })));
    expect(await here.byId()).toMatchObject({ 1007: { account: 'mapped', objectId: guid(2), resolvedBy: 'number' } });
  });

  test('a guest of the same address leaves it to the member', async () => {
    const shared = { mail: 'anna@contoso.com' };
    const here = start([user(1, shared), user(2, { ...shared, isGuest: true })]);
    await here.upload(file(entry(7, { email: 'anna@contoso.com' })));
    expect(await here.byId()).toMatchObject({ 1007: { objectId: guid(1), account: 'mapped' } });
  });

  test.each([
    ['mail', 'alias', { mail: 'x@contoso.com' }, { aliases: ['x@contoso.com'] }],
    ['name', 'mail', { userPrincipalName: 'x@contoso.com' }, { mail: 'x@contoso.com' }],
  ])('a guest with the address as %s leaves it to the member with it as %s', async (_guest, by, ofGuest, ofMember) => {
    const here = start([user(2, { ...ofGuest, isGuest: true })]);
    await here.upload(file(entry(7, { email: 'x@contoso.com' })));
    expect(await here.byId()).toMatchObject({ 1007: { objectId: guid(2), account: 'mapped' } });
    here.people.users = [user(2, { ...ofGuest, isGuest: true }), user(1, ofMember)];
    await here.sync();
    expect(await here.byId()).toMatchObject({ 1007: { objectId: guid(1), account: 'mapped', resolvedBy: by } });
  });

  test('a guest who is known stays, whichever other guest comes', async () => {
    const shared = { mail: 'x@contoso.com', isGuest: true };
    const here = start([user(2, shared)]);
    await here.upload(file(entry(7, { email: 'x@contoso.com' })));
    here.people.users = [user(2, shared), user(3, shared)];
    await here.sync();
    expect(await here.byId()).toMatchObject({ 1007: { objectId: guid(2), account: 'mapped', resolvedBy: 'mail' } });
  });

  test('what an upload has no time to look up again stays mapped, under its new name', async () => {
    const here = start([user(1), user(2)]);
    for (const index of [1, 2]) here.teams.shown.set(guid(index), presence('Available'));
    await here.upload(file(entry(1), entry(2)));
    await here.poller()();
    const report = await here.pendingUpload(file(entry(1, { group: 'night', displayName: 'A' }), entry(2)));
    expect(report).toMatchObject({ mapped: 2, pending: 0 });
    expect(await here.byId()).toMatchObject({ 1001: { group: 'night', displayName: 'A', account: 'mapped' } });
    expect(await here.coldRules()).toEqual({ 1001: 'available', 1002: 'available' });
  });

  test('a parked row is looked up again when the list counts again, or is pending', async () => {
    const here = start([user(1)]);
    await here.upload(file(entry(1), entry(2)));
    await here.sync(GROUP);
    expect(await here.ids()).toEqual(['1001']);
    expect(await here.pendingUpload(file(entry(1), entry(2)))).toMatchObject({ count: 2, pending: 1 });
  });

  test('in a group the uploaded rows, parked ones too, come back as a file that uploads unchanged', async () => {
    const here = start([user(1), user(2)]);
    await here.upload(file(entry(1), entry(9)));
    await here.sync(GROUP);
    const { snapshot } = await here.reader().read();
    const exported = exportedEntries(snapshot.index.list);
    expect(exported.map(({ agentId }) => agentId)).toEqual(['1001', '1009']);
    const before = await here.head();
    await here.upload(file(...exported), GROUP);
    expect((await here.head())?.agents).toEqual(before?.agents);
    await here.sync('list');
    expect(await here.ids()).toEqual(['1001', '1009']);
  });

  test('an upload that says the loss is meant ends the fault of the sync; any other does not', async () => {
    const here = start([user(1), user(2), user(3)]);
    const all = file(entry(1), entry(2), entry(3));
    await here.upload(all);
    here.people.users = [user(1)];
    await here.sync();
    expect((await here.head())?.directory.fault?.code).toBe('would_remove');
    const before = (await here.head())?.agents;
    await here.upload(all);
    expect((await here.head())?.directory.fault?.code).toBe('would_remove');
    await here.confirm(all);
    expect((await here.head())?.directory.fault).toBeUndefined();
    expect((await here.head())?.agents).not.toEqual(before);
  });

  test('a sync that runs out of time is a fault', async () => {
    const here = start([user(1)]);
    await here.upload(file(entry(1)));
    await here.lateSync();
    expect((await here.head())?.directory.fault?.code).toBe('graph_unavailable');
    expect(await here.byId()).toMatchObject({ 1001: { account: 'mapped' } });
  });
});
