import { expect, test } from 'vitest';
import { acdConnector, type Variables } from '../support/acd.ts';
import { agent, guid, presence } from '../support/builders.ts';
import { sampleSize } from '../support/sampleSize.ts';

const SERVICES = ['graph', 'entra', 'vault', 'tables'] as const;
/** Each service is out for ten minutes of every fourth hour. */
const HOURS = Math.min(sampleSize(SERVICES.length, 24), 24);
const TEAM = [1, 2, 3, 4, 5];
const DISABLED = 6;
const KEEPS_CALLS_AWAY = ['InACall', 'DoNotDisturb'];
const STATES = [presence('Available'), presence('Busy', 'InACall'), presence('Away'), presence('DoNotDisturb')];

/** Way A, per call: with known=1 reachable decides, in every other case the call is offered as without Teams. */
function wouldOffer({ status, known, reachable }: Variables): boolean {
  return status === '200' && known === '1' ? reachable === '1' : true;
}

/** What a task has set; undefined is what the agent would be without Teams. */
type Statuses = Map<string, boolean | undefined>;
type Ask = (query: string) => Promise<Variables>;

/** Way B without a list, step by step as the page says it. */
function statusLoop(ask: Ask) {
  const statuses: Statuses = new Map();
  let cursor = '';
  let unanswered = 0;
  return {
    statuses,
    async run(): Promise<void> {
      unanswered += 1;
      for (let steps = 0; steps < 40; steps += 1) {
        const answer = await ask(`?next=${cursor}`);
        if (answer['status'] !== '200') break;
        unanswered = 0;
        cursor = answer['cursor'] ?? '';
        if (answer['error'] === 'cursor_expired') {
          statuses.clear();
          continue;
        }
        const agentId = answer['agentId'] ?? '';
        if (agentId === '') {
          if (answer['known'] === '0') for (const id of statuses.keys()) statuses.set(id, undefined);
          return;
        }
        if (answer['removed'] === '1') statuses.delete(agentId);
        else statuses.set(agentId, answer['known'] === '1' ? answer['reachable'] === '1' : undefined);
        if (answer['more'] !== '1') return;
      }
      // The task runs once a minute: no 200 for two of them.
      if (unanswered > 2) for (const id of statuses.keys()) statuses.set(id, undefined);
    },
  };
}

/** Way B with a list. */
function statusList(ask: Ask) {
  const statuses: Statuses = new Map();
  let revision = '';
  let failures = 0;
  return {
    statuses,
    async run(): Promise<void> {
      const answer = await ask(revision === '' ? '' : `?changedSince=${revision}`);
      if (answer['status'] !== '200') {
        failures += 1;
        if (failures > 2) for (const id of statuses.keys()) statuses.set(id, undefined);
        return;
      }
      failures = 0;
      revision = answer['revision'] ?? '';
      const records = JSON.parse(answer['records'] ?? '[]') as { agentId: string; known: number; reachable: number }[];
      const named = new Set(records.map(({ agentId }) => agentId));
      if (answer['full'] !== '0') for (const id of [...statuses.keys()]) if (!named.has(id)) statuses.delete(id);
      for (const id of JSON.parse(answer['removed'] ?? '[]') as string[]) statuses.delete(id);
      for (const { agentId, known, reachable } of records)
        statuses.set(agentId, known === 1 ? reachable === 1 : undefined);
    },
  };
}

test('a day of the ACD with outages of every service: no offer against Graph’s last answer, no empty group', async () => {
  const out = new Set<string>();
  const here = acdConnector(out, 2_000);
  // One account is disabled: what is known of it must not hide an outage from the task.
  await here.map([...TEAM.map(index => agent(index)), agent(DISABLED, { account: 'account-disabled' })]);
  await here.timer();
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * below);
  };
  const [loop, list] = [statusLoop(here.ask), statusList(here.ask)];
  let [offers, silent] = [0, 0];

  for (let minute = 0; minute < HOURS * 60; minute += 1) {
    const phase = minute % 60;
    const service = SERVICES[Math.floor(minute / 60) % SERVICES.length] ?? 'graph';
    const where = `${service} ${minute}`;
    if (phase === 20) out.add(service);
    if (phase === 30) out.delete(service);
    const index = TEAM[random(TEAM.length)] ?? 1;
    here.teams.shown.set(guid(index), STATES[random(STATES.length)] ?? presence('Available'));
    for (let tick = 0; tick < 6; tick += 1) {
      here.time.advance(10_000);
      await here.timer();
    }
    const mayBeOffered = (person: number) => {
      const last = here.answered.get(guid(person));
      const believed = last !== undefined && here.time.clock() - last.at <= 118_000;
      return !believed || !KEEPS_CALLS_AWAY.includes(last.activity);
    };
    const group: boolean[] = [];
    for (const person of TEAM) {
      const offered = wouldOffer(await here.ask(`?key=${1000 + person}`));
      group.push(offered);
      if (offered) expect(mayBeOffered(person), where).toBe(true);
      if (offered) offers += 1;
    }
    for (const [way, task] of [
      ['next', loop],
      ['list', list],
    ] as const) {
      await task.run();
      // Set to free only where Graph's last answer allows it; what is set to nothing is as without Teams.
      for (const person of TEAM) {
        if (task.statuses.get(String(1000 + person)) === true)
          expect(mayBeOffered(person), `${way} ${where}`).toBe(true);
      }
    }
    // With the service away for four minutes nothing is known any more: everybody is what he would be without Teams.
    if (phase >= 24 && phase < 30) {
      silent += 1;
      expect(group, where).toEqual(TEAM.map(() => true));
      for (const { statuses } of [loop, list]) {
        const team = TEAM.map(person => statuses.get(String(1000 + person)));
        expect(team, where).toEqual(TEAM.map(() => undefined));
      }
    }
    // When all has been well for a while both tasks have what the single answers say.
    if (phase === 59) {
      for (const person of TEAM) {
        const { reachable } = await here.ask(`?key=${1000 + person}`);
        for (const { statuses } of [loop, list])
          expect(statuses.get(String(1000 + person)), where).toBe(reachable === '1');
      }
    }
  }
  expect(offers).toBeGreaterThan(60 * HOURS);
  expect(silent).toBe(6 * HOURS);
}, 60_000);
