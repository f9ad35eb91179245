import { expect, test } from 'vitest';
import { EVENTS } from '../../../../shared/ports/log.ts';
import type { PollOnDemand } from '../../../../shared/usecases/poll/pollOnDemand.ts';
import type { PresenceReader } from '../../../../shared/usecases/read/presenceReader.ts';
import { readFresh } from '../../../../shared/usecases/read/readFresh.ts';
import { agent, guid, presence } from '../../../support/builders.ts';
import { manualClock, sleepForever } from '../../../support/clock.ts';
import { world } from '../../../support/world.ts';

const log = () => undefined;

async function setUp(renew: (poll: () => Promise<unknown>) => ReturnType<PollOnDemand['renew']>) {
  const here = world();
  await here.map([agent(1)]);
  const poll = here.poller();
  await poll();
  here.teams.shown.set(guid(1), presence('Busy', 'InACall'));
  here.time.advance(10_000);
  const lines: ReturnType<PollOnDemand['takeLines']> = [[EVENTS.pollFailed, { code: 'x' }]];
  const onDemand: PollOnDemand = { renew: () => renew(poll), takeLines: () => lines.splice(0) };
  const sleep = async (ms: number, signal?: AbortSignal) => {
    if (ms === 0) return;
    await sleepForever(ms, signal);
  };
  const read = readFresh({ reader: here.reader(), onDemand, monotonic: here.time.monotonic, sleep });
  const ruleOf = async () => {
    const { snapshot, renewed } = await read(log);
    return [snapshot.entries[0]?.record.rule, renewed];
  };
  return { read, ruleOf };
}

test('data that is fresh enough is answered as it is', async () => {
  const { ruleOf } = await setUp(() => undefined);
  expect(await ruleOf()).toEqual(['available', false]);
});

test('data that is not is renewed first', async () => {
  const { ruleOf } = await setUp(poll => ({ poll: poll() as Promise<void>, waitMs: 2_000 }));
  expect(await ruleOf()).toEqual(['in-a-call', true]);
});

test('a poll that does not come in time keeps nobody waiting', async () => {
  const { ruleOf } = await setUp(() => ({ poll: new Promise(() => undefined), waitMs: 0 }));
  expect(await ruleOf()).toEqual(['available', false]);
});

test('everything that a read waits for has one deadline', async () => {
  const time = manualClock();
  const patience: (number | undefined)[] = [];
  const here = world();
  await here.map([agent(1)]);
  await here.poller()();
  const known = await here.reader().read();
  const reader: PresenceReader = {
    async read(options) {
      patience.push(options?.patienceMs);
      // The tables take 2.4 s each time.
      time.advance(2_400);
      return known;
    },
  };
  const waits: number[] = [];
  const sleep = async (ms: number) => {
    waits.push(ms);
    time.advance(ms);
  };
  const onDemand: PollOnDemand = {
    renew: () => ({ poll: new Promise(() => undefined), waitMs: 2_000 }),
    takeLines: () => [],
  };
  await readFresh({ reader, onDemand, monotonic: time.monotonic, sleep })(log);
  expect([patience, waits]).toEqual([[2_800, 0], [400]]);
});

test('what a poll of before had to say goes out with the next read, once', async () => {
  const { read } = await setUp(() => undefined);
  const said: string[] = [];
  for (let turn = 0; turn < 2; turn += 1) await read(event => void said.push(event));
  expect(said).toEqual(['poll.failed']);
});
