import { guid } from '../../support/builders.ts';
import { createClients } from './clients.ts';
import { checkEnding } from './ending.ts';
import { createFleet } from './fleet.ts';
import { createLedger } from './ledger.ts';
import { askAllTheTime, loseDocuments } from './outages.ts';
import { createReadings } from './readings.ts';
import type { Schedule } from './schedule.ts';
import { createWorld, FEW_PEOPLE, TIMER_MS } from './world.ts';

const RULES = [
  { preset: 'strict' },
  { preset: 'acd-decides' },
  {
    rules: [
      { id: 'free', when: [{ availability: ['Available'] }], telStatus: 0, reachable: 1, settleSeconds: 5 },
      { id: 'others', when: [{}], telStatus: 1, reachable: 0 },
    ],
  },
];

interface ScheduleResult {
  readonly violations: readonly string[];
  /** How often what is promised could be held against what was read. */
  readonly counts: Readonly<Record<'mapped' | 'floors' | 'ages' | 'disabled', number>>;
}

/** One thing that somebody does, whichever comes next. */
function act({ world, ledger, fleet, clients, readings }: Schedule): void {
  const { random } = world;
  const { any, start } = fleet;
  const roll = random.below(20);
  if (roll < 8) start(readings.read(any()));
  else if (roll < 10) start(clients.followDelta(any()));
  else if (roll === 10) start(clients.followNext(any()));
  else if (roll === 11) start(ledger.upload(any().upload));
  else if (roll === 12) start(any().sync());
  else if (roll === 13) {
    const text = JSON.stringify(random.pick(RULES));
    start(any().changeRules(text, { dryRun: false, ifMatch: undefined }));
  } else if (roll === 14 && random.oneIn(3)) any().kill();
}

/** Timers fire, people change, instances are asked and changed and killed, and anything may fail. */
async function storm(schedule: Schedule): Promise<void> {
  const { world, fleet } = schedule;
  const { random, time, graph, states, accounts, people, shardSize } = world;
  let timerAt = time.now();
  const steps = 20 + random.below(20);
  for (let step = 0; step < steps; step += 1) {
    if (time.now() >= timerAt) {
      fleet.start(fleet.any().timer());
      if (random.oneIn(6)) fleet.start(fleet.any().timer());
      timerAt = time.now() + TIMER_MS;
    }
    if (random.oneIn(2)) graph.shown.set(guid(random.pick(people)), states.any());
    if (random.oneIn(10)) accounts.change();
    if (shardSize === FEW_PEOPLE && random.oneIn(12)) graph.shown.delete(guid(random.pick(people)));
    act(schedule);
    await time.pass(random.pick([0, 10, 120, 700, 3_000]));
  }
}

/** The storm is over: nothing fails any more, everybody is mapped and read anew. */
async function calmDown({ world, ledger, fleet }: Schedule): Promise<void> {
  const { time, graph, states, accounts, people, weather } = world;
  weather.stormy = false;
  for (const index of people) if (!graph.shown.has(guid(index))) graph.shown.set(guid(index), states.any());
  for (const instance of fleet.instances) if (instance.isWrong) instance.kill();
  accounts.enableAll();
  await time.pass(60_000);
  fleet.start(ledger.upload(fleet.any().upload, true));
  await time.pass(5_000);
  fleet.start(fleet.any().sync());
  await time.pass(5_000);
  accounts.unsure.clear();
  for (let cycle = 0; cycle < 3; cycle += 1) {
    fleet.start(fleet.any().timer());
    await time.pass(TIMER_MS);
  }
}

/**
 * Several instances over one store, each with a clock of its own; calls of all of them interleave, fail, are answered
 * late or not at all, and instances are killed between any two of them. Everything follows from the seed.
 */
export async function runSchedule(seed: number): Promise<ScheduleResult> {
  const world = createWorld(seed);
  const ledger = createLedger(world);
  const readings = createReadings(world, ledger);
  const fleet = createFleet(world, ledger);
  const schedule: Schedule = { world, ledger, readings, fleet, clients: createClients(world) };

  fleet.start(ledger.upload(fleet.any().upload, true));
  await world.time.pass(3_000);
  await storm(schedule);
  await calmDown(schedule);
  if (seed % 16 === 0) await askAllTheTime(schedule);
  if (seed % 16 === 8) await loseDocuments(schedule);
  await checkEnding(schedule);

  for (const error of fleet.unexpected)
    world.violate(`unexpected: ${error instanceof Error ? error.stack : String(error)}`);
  return { violations: world.violations, counts: readings.counts };
}
