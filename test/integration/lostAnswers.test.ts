import { afterAll, afterEach, expect, test } from 'vitest';
import { startStorage } from '../../local/startStorage.ts';
import { tablePollLease } from '../../shared/adapters/tables/tablePollLease.ts';
import { tableSignInLedger } from '../../shared/adapters/tables/tableSignInLedger.ts';
import { replaceAll } from '../../shared/domain/agents/listEdit.ts';
import { NO_RECORD } from '../../shared/domain/signIn/attemptPolicy.ts';
import { agentUploader } from '../../shared/usecases/agents/agentUploader.ts';
import { rulesChanger } from '../../shared/usecases/rules/rulesChanger.ts';
import { entry, guid, presence } from '../support/builders.ts';
import { directoryOf, user } from '../support/directory.ts';
import { freshTable, tableStores } from '../support/stores.ts';
import { world } from '../support/world.ts';

const storage = await startStorage();
afterAll(() => storage.close());
afterEach(() => storage.setFault(undefined));

const { connectionString } = storage;

/** A proxy drops the answer to one write, after so many others, and the SDK sends it again. */
async function losing<T>(after: number, work: () => Promise<T>): Promise<T> {
  storage.setFault({ writesOnly: true, losesAnswer: true, after, once: true });
  const result = await work();
  storage.setFault(undefined);
  return result;
}

async function here() {
  const made = world(tableStores(connectionString));
  const directory = directoryOf([1, 2, 3].map(index => user(index)));
  const upload = agentUploader({ ...made, ...made.time, directory, source: { kind: 'list' }, defaultCountry: 'DE' });
  const rows = (...indexes: number[]) =>
    replaceAll({
      entries: indexes.map((index, line) => ({ line: line + 2, entry: entry(index) })),
      encoding: 'utf-8',
      ignoredColumns: [],
    });
  const options = { replaceAll: true, dryRun: false, ifMatch: undefined };
  await upload(rows(1), options);
  await made.poller()();
  return { ...made, upload: (...indexes: number[]) => upload(rows(...indexes), options) };
}

/** Each write of some work in turn. */
const WRITES = [0, 1, 2, 3, 4];

test.each(WRITES)('an upload whose write %i is not answered is done', async skip => {
  const { upload, agents, presence } = await here();
  expect(await losing(skip, () => upload(2, 3))).toMatchObject({ added: 2, removed: 1 });
  const version = (await presence.readHead())?.head.agents;
  expect(version).toEqual(await agents.current());
  expect((await agents.read(await agents.current())).agents.map(({ agentId }) => agentId)).toEqual(['1002', '1003']);
});

test.each(WRITES)('rules whose write %i is not answered are in force', async skip => {
  const made = await here();
  const change = rulesChanger({ ...made, reader: made.reader(), clock: made.time.clock });
  const options = { dryRun: false, ifMatch: undefined };
  const { ruleSet } = await losing(skip, () => change('{"preset":"calls-only"}', options));
  expect((await made.presence.readHead())?.head.rules).toBe(ruleSet.id);
});

test.each(WRITES)('a poll whose write %i is not answered is published', async skip => {
  const made = await here();
  await made.upload(1, 2);
  for (const index of [1, 2]) made.teams.shown.set(guid(index), presence('Available'));
  await losing(skip, made.poller());
  const { snapshot } = await made.reader().read();
  expect(snapshot.entries.map(({ reading }) => reading?.availability)).toEqual(['Available', 'Available']);
});

test('an attempt to sign in whose claim is not answered is one’s own', async () => {
  const ledger = tableSignInLedger(freshTable(connectionString));
  await ledger.write(NO_RECORD, undefined);
  const before = await ledger.read();
  const record = {
    ...NO_RECORD,
    state: 'claimed' as const,
    at: 1_764_000_000_000,
    version: 'v',
    wrongPasswordVersions: ['w'],
  };
  await losing(0, () => ledger.write(record, before?.etag));
  const first = await ledger.read();
  expect(first?.record).toEqual(record);
  await losing(0, () => ledger.write({ ...record, state: 'refused', aadsts: 50126 }, first?.etag));
  expect((await ledger.read())?.record).toMatchObject({ state: 'refused', aadsts: 50126 });
});

test('a lease whose taking is not answered is one’s own', async () => {
  const table = freshTable(connectionString);
  const leaseOf = () => tablePollLease(table, () => 1_764_000_000_000);
  const lease = leaseOf();
  expect(await lease.take(1_000)).toBe(true);
  await lease.release();
  expect(await losing(0, () => lease.take(1_000))).toBe(true);
  expect(await leaseOf().take(1_000)).toBe(false);
});
