import { expect, test } from 'vitest';
import { acdConnector, type Variables } from '../support/acd.ts';
import { agent, guid, presence } from '../support/builders.ts';

const SERVICES = ['graph', 'entra', 'vault', 'tables'] as const;
const TEAM = [1, 2, 3, 4, 5];
const STATES = [presence('Available'), presence('Busy', 'InACall'), presence('Away'), presence('DoNotDisturb')];

/** Way A, per call: with known=1 reachable decides, in every other case the call is offered as without Teams. */
function wouldOffer({ status, known, reachable }: Variables): boolean {
  return status === '200' && known === '1' ? reachable === '1' : true;
}

test('a day of the ACD with outages of every service: no offer against Graph’s last answer, no empty group', async () => {
  const out = new Set<string>();
  const here = acdConnector(out, 2_000);
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
