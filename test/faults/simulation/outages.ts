import { FAILED_PAUSE_MS } from '../../../shared/domain/snapshot/head.ts';
import { GraphThrottledError, GraphUnavailableError } from '../../../shared/errors/errors.ts';
import { LIMITS } from '../../support/world.ts';
import type { Schedule } from './schedule.ts';
import { CLIENT_PATIENCE_MS, TIMER_MS } from './world.ts';

const HALF_OF_QUOTA_MS = 30_000 / 750;
/** So long every instance is asked again and again. */
const QUESTIONS_MS = 10_000;

/** So many requests does Graph get while every instance is asked again and again. */
async function requestsOfQuestions({ world, fleet, readings }: Schedule): Promise<number> {
  const { random, time, graph } = world;
  const before = graph.requests;
  const rarely = random.pick([1, 12]);
  for (let asked = 0; asked < QUESTIONS_MS; asked += 50) {
    for (const instance of fleet.instances) if (random.oneIn(rarely)) fleet.start(readings.read(instance));
    await time.pass(50);
  }
  return graph.requests - before;
}

/** Graph answers again, and whatever had paused because of it is over. */
async function graphComesBack({ world, fleet }: Schedule): Promise<void> {
  world.weather.graphFault = undefined;
  await world.time.pass(FAILED_PAUSE_MS);
  for (let cycle = 0; cycle < 2; cycle += 1) {
    fleet.start(fleet.any().timer());
    await world.time.pass(TIMER_MS);
  }
}

/** What questions cost: while Graph answers, while it asks for patience, while it is out, and when it comes back. */
export async function askAllTheTime(schedule: Schedule): Promise<void> {
  const { world, fleet } = schedule;
  const { time, violate, weather, graph } = world;
  fleet.reviveAll();
  const shards = (await world.stores.presence.readHead())?.head.shards.length ?? 0;
  // Once a second, or as often as half of the quota allows, and one that was under way.
  const steady = await requestsOfQuestions(schedule);
  const most = Math.min((QUESTIONS_MS / 1_000 + 2) * shards, QUESTIONS_MS / HALF_OF_QUOTA_MS + 2 * shards);
  if (steady > most) violate(`questions of ten seconds cost ${steady} requests`);
  for (const [what, fault] of [
    ['asks for patience', () => new GraphThrottledError('Wait.', 30_000)],
    ['is out', () => new GraphUnavailableError('Out.')],
  ] as const) {
    weather.graphFault = fault;
    await time.pass(1_500);
    // One poll finds out; whoever had begun another one by then is told by its answer.
    const asked = await requestsOfQuestions(schedule);
    if (asked > 2 * shards) violate(`while Graph ${what} questions of ten seconds cost ${asked} requests`);
    const before = graph.requests;
    fleet.start(fleet.any().timer());
    await time.pass(TIMER_MS);
    if (what === 'asks for patience' && graph.requests > before) violate('the timer did not wait as Graph asked');
    await time.pass(25_000);
  }
  await time.pass(LIMITS.unknownAfterMs);
  const instance = fleet.any();
  const reading = instance.read().then(({ snapshot }) => {
    for (const { record, polled } of snapshot.entries)
      if (polled && record.known === 1) violate(`${record.agentId} is known after two minutes without Graph`);
  });
  fleet.start(reading);
  await time.pass(CLIENT_PATIENCE_MS);
  await graphComesBack(schedule);
}

/** Somebody deletes the documents while Graph is out, and nobody has them in memory: clients are told of everybody. */
export async function loseDocuments(schedule: Schedule): Promise<void> {
  const { world, ledger, fleet, clients } = schedule;
  const { time, weather, stores } = world;
  fleet.start(clients.followDelta(fleet.any()));
  await time.pass(CLIENT_PATIENCE_MS);
  weather.graphFault = () => new GraphUnavailableError('Out.');
  fleet.replaceAll();
  ledger.floors.clear();
  await stores.presence.removeDocuments(await stores.presence.listDocuments());
  fleet.start(fleet.any().timer());
  await time.pass(TIMER_MS);
  const instance = fleet.any();
  const comparison = clients.followDelta(instance).then(async () => {
    const list = await instance.ask('');
    clients.compareDelta(list['records'] as Record<string, unknown>[]);
  });
  fleet.start(comparison);
  await time.pass(CLIENT_PATIENCE_MS);
  await graphComesBack(schedule);
}
