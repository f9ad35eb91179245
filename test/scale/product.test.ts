import { expect, test } from 'vitest';
import { agentsCsv } from '../../local/tenant/people.ts';
import { agent, judged, presence, reading } from '../support/builders.ts';
import { stack } from '../support/stack.ts';

const PEOPLE = 5_000;
const { tenant, list, one, upload, poll, health } = await stack({ people: PEOPLE });
const { state } = tenant;

test('5,000 agents: 8 Graph calls a cycle, and every answer is right', async () => {
  const { status, json } = await upload(agentsCsv(state.people));
  expect([status, json['mapped']]).toEqual([200, PEOPLE]);
  for (let cycle = 1; cycle <= 2; cycle += 1) {
    const calls = state.counted('graph.presences');
    await poll();
    expect(state.counted('graph.presences') - calls).toBe(8);
  }
  const records = (await list()).json['records'] as Record<string, unknown>[];
  expect(records).toHaveLength(PEOPLE);
  const byId = new Map(records.map(record => [record['userId'], record]));
  for (const { id, agentId } of state.people) {
    const { availability, activity } = state.shown(id);
    const expected = judged(agent(1), reading(presence(availability, activity)), 'fresh').result;
    expect(byId.get(id)).toMatchObject({
      agentId,
      teamsAvailability: availability,
      teamsActivity: activity,
      ...expected,
    });
  }
  expect((await health()).json).toMatchObject({ state: 'ok', agentsMapped: PEOPLE, agentsFound: PEOPLE });
});

test('people who move are seen after one cycle, the others do not change', async () => {
  const before = (await list()).json['revision'];
  const moved = state.people.slice(100, 200);
  for (const { id } of moved) state.moveTo(id, 'InAConferenceCall');
  await poll();
  const { json } = await list();
  expect(json['revision']).not.toBe(before);
  for (const { agentId } of moved.slice(0, 10))
    expect((await one(agentId)).json).toMatchObject({ rule: 'in-a-call', reachable: 0 });
});
