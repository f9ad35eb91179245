import { NO_AGENTS } from '../../../shared/domain/agents/agentList.ts';
import { documentKeys } from '../../../shared/domain/snapshot/head.ts';
import type { Instance } from './instance.ts';
import { isSameWord } from './readings.ts';
import type { Schedule } from './schedule.ts';

/** What an instance answers in the end is what Teams shows; gives the records. */
async function checkInstance({ world, readings, clients }: Schedule, instance: Instance) {
  const { graph, violate } = world;
  await clients.followDelta(instance);
  await clients.followNext(instance);
  await readings.read(instance);
  const list = await instance.ask('');
  const records = list['records'] as Record<string, unknown>[];
  for (const record of records) {
    const truth = graph.shown.get(String(record['userId']))?.activity;
    if (!isSameWord(String(record['teamsActivity']), truth))
      violate(`${record['agentId']} is ${record['teamsActivity']}, not ${truth}`);
  }
  if (list['stale'] !== 0 && records.length > 0) violate('the list is stale in the end');
  return records;
}

/** Nobody who was removed is left in a document, and no document is left that nobody names. */
async function checkDocuments({ world }: Schedule): Promise<void> {
  const { stores, violate } = world;
  const head = (await stores.presence.readHead())?.head;
  const named = new Set(head && documentKeys(head).map(({ key }) => key));
  const ids = new Set((await stores.agents.read(head?.agents ?? NO_AGENTS)).agents.map(({ objectId }) => objectId));
  for (const at of await stores.presence.listDocuments()) {
    if (!named.has(at.key)) violate(`document ${at.key} is litter`);
    const readings = (await stores.presence.readDocument(at))?.readings;
    const strangers = [...(readings?.keys() ?? [])].filter(id => !ids.has(id));
    if (strangers.length > 0) violate(`document ${at.key} holds ${strangers}, who are not mapped`);
  }
}

/** Somebody leaves: the next sync finds it, and nobody is told any more that she can be reached. */
async function checkLeaver({ world, ledger, fleet }: Schedule): Promise<void> {
  const { time, accounts, people, random, violate } = world;
  const mapped = people.filter(index => ledger.mapped.get(String(1_000 + index))?.present);
  if (mapped.length === 0) return;
  const leaver = random.pick(mapped);
  accounts.disable(leaver);
  fleet.start(fleet.any().sync());
  await time.pass(10_000);
  const asked = fleet.any().ask(`?agents=${1_000 + leaver}`);
  fleet.start(
    asked.then(({ records }) => {
      const told = (records as Record<string, unknown>[]).map(({ rule, reachable }) => `${rule} ${reachable}`).join();
      if (told !== 'account-disabled 0') violate(`${1_000 + leaver} has left and is ${told}`);
    }),
  );
  await time.pass(5_000);
}

/** When all is quiet everybody agrees with Teams and with each other, and nothing is left over. */
export async function checkEnding(schedule: Schedule): Promise<void> {
  const { world, fleet, clients } = schedule;
  const { time, violate } = world;
  const ends = [fleet.any(), fleet.create()].map(instance => checkInstance(schedule, instance));
  let ended = false;
  const all = Promise.all(ends).then(async ([records = []]) => {
    await clients.followDelta(fleet.any());
    await clients.followNext(fleet.any());
    clients.compareDelta(records);
    clients.compareNext(records);
    ended = true;
  });
  fleet.start(all);
  await time.pass(30_000);
  if (!ended && fleet.unexpected.length === 0) violate('the end was never reached');
  fleet.start(fleet.any().sync());
  await time.pass(10_000);
  await checkDocuments(schedule);
  await checkLeaver(schedule);
}
