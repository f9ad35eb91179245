import { expect, test } from 'vitest';
import {
  GraphUnavailableError,
  SignInRefusedError,
  StoreUnavailableError,
  VaultError,
} from '../../shared/errors/errors.ts';
import { presenceHandler } from '../../shared/http/presence/handler.ts';
import { presenceFailure } from '../../shared/http/presence/list.ts';
import { handle } from '../../shared/http/response.ts';
import { readSchedule } from '../../shared/lib/schedule.ts';
import { pullMonitor } from '../../shared/usecases/monitor/pullMonitor.ts';
import { pollOnDemand } from '../../shared/usecases/poll/pollOnDemand.ts';
import { readFresh } from '../../shared/usecases/read/readFresh.ts';
import { agent, guid, presence } from '../support/builders.ts';
import { httpCall } from '../support/httpCall.ts';
import { memoryPollLease } from '../support/memoryPollLease.ts';
import { watched } from '../support/stores.ts';
import { tokens, world } from '../support/world.ts';

const SERVICES = ['graph', 'entra', 'vault', 'tables'] as const;
const TEAM = [1, 2, 3, 4, 5];
const STATES = [presence('Available'), presence('Busy', 'InACall'), presence('Away'), presence('DoNotDisturb')];

/** What an ACD keeps of an answer: flat variables, all of them text. */
type Variables = Readonly<Record<string, string>>;

/** The whole read side of one instance over a store that may fail, as the ACD meets it. */
function connector(out: Set<string>) {
  const here = world();
  const time = here.time;
  const store = watched(here.presence, () => {
    if (out.has('tables')) throw new StoreUnavailableError('Out.');
  });
  /** What Graph last answered of everybody, and when. */
  const answered = new Map<string, { activity: string; at: number }>();
  const source: typeof here.teams.source = {
    async read(ids, token, signal) {
      if (out.has('graph')) throw new GraphUnavailableError('Out.');
      const answer = await here.teams.source.read(ids, token, signal);
      for (const [id, { activity }] of answer.presences) answered.set(id, { activity, at: time.clock() });
      return answer;
    },
  };
  const signIn = {
    ...tokens,
    async token() {
      if (out.has('entra')) throw new SignInRefusedError('Refused.', 7000222);
      if (out.has('vault')) throw new VaultError('Out.');
      return { value: 'token', mode: 'app-only' as const };
    },
  };
  const poll = here.pollerOf(store, source, signIn);
  const onDemand = pollOnDemand({
    ...time,
    lease: memoryPollLease(time.clock),
    poll,
    readHead: async () => (await store.readHead())?.head,
    freshWithinMs: 2_000,
    schedule: readSchedule('*/10 * * * * *') ?? '',
  });
  const handler = handle(
    presenceHandler({
      readPresence: readFresh({ reader: here.reader(store), onDemand, ...time }),
      pulls: pullMonitor(time.clock),
      defaultCountry: 'DE',
      clock: time.clock,
    }),
    () => here.log,
    presenceFailure,
  );
  async function ask(query: string): Promise<Variables> {
    const { body } = await handler(httpCall.request('GET', `/presence${query}`), httpCall.context() as never);
    const fields = Object.entries(JSON.parse(String(body)) as Record<string, string | number>);
    return Object.fromEntries(fields.map(([name, value]) => [name, String(value)]));
  }
  const timer = () => poll(here.log).catch(() => undefined);
  return { ...here, ask, timer, answered };
}

/** Way A, per call: with known=1 reachable decides, in every other case the call is offered as without Teams. */
function wouldOffer({ status, known, reachable }: Variables): boolean {
  return status === '200' && known === '1' ? reachable === '1' : true;
}

test('a day of the ACD with outages of every service: no offer against Graph’s last answer, no empty group', async () => {
  const out = new Set<string>();
  const here = connector(out);
  await here.map(TEAM.map(index => agent(index)));
  await here.timer();
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * below);
  };
  /** Way B: what the task has set; undefined is what it would be without Teams. */
  const statuses = new Map<string, boolean | undefined>();
  let cursor = '';
  let [offers, silent] = [0, 0];

  async function task(): Promise<void> {
    for (let steps = 0; steps < 40; steps += 1) {
      const answer = await here.ask(`?next=${cursor}`);
      if (answer['status'] !== '200') return;
      cursor = answer['cursor'] ?? '';
      const agentId = answer['agentId'] ?? '';
      if (agentId === '') {
        if (answer['known'] === '0') for (const id of statuses.keys()) statuses.set(id, undefined);
        return;
      }
      statuses.set(agentId, answer['known'] === '1' ? answer['reachable'] === '1' : undefined);
      if (answer['more'] !== '1') return;
    }
  }

  for (let minute = 0; minute < 8 * 60; minute += 1) {
    const phase = minute % 60;
    const service = SERVICES[Math.floor(minute / 60) % SERVICES.length] ?? 'graph';
    if (phase === 20) out.add(service);
    if (phase === 30) out.delete(service);
    const index = TEAM[random(TEAM.length)] ?? 1;
    here.teams.shown.set(guid(index), STATES[random(STATES.length)] ?? presence('Available'));
    for (let tick = 0; tick < 6; tick += 1) {
      here.time.advance(10_000);
      await here.timer();
    }
    const group: boolean[] = [];
    for (const person of TEAM) {
      const answer = await here.ask(`?key=${1000 + person}`);
      const offered = wouldOffer(answer);
      group.push(offered);
      const last = here.answered.get(guid(person));
      const believed = last !== undefined && here.time.clock() - last.at <= 118_000;
      if (offered && believed) expect(last.activity, `${service} ${minute}`).not.toBe('InACall');
      if (offered) offers += 1;
    }
    await task();
    // With the service away for four minutes nothing is known any more: everybody is what he would be without Teams.
    if (phase >= 24 && phase < 30) {
      silent += 1;
      expect(group, `${service} ${minute}`).toEqual(TEAM.map(() => true));
      expect(
        [...statuses.values()].some(status => status !== false),
        `${service} ${minute}`,
      ).toBe(true);
    }
    // An hour's rest later the task has caught up with what the list says.
    if (phase === 59) {
      for (const person of TEAM) {
        const { reachable } = await here.ask(`?key=${1000 + person}`);
        expect(statuses.get(String(1000 + person)), `${service} ${minute}`).toBe(reachable === '1');
      }
    }
  }
  expect(offers).toBeGreaterThan(500);
  expect(silent).toBe(48);
}, 60_000);
