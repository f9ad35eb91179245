import { expect, test } from 'vitest';
import { createGroups, createPeople } from '../../local/tenant/people.ts';
import { stack } from '../support/stack.ts';

const groups = createGroups(createPeople(12, 1), 1);
const all = groups.find(({ displayName }) => displayName === 'call-centre')?.id ?? '';
const { tenant, list, upload, poll, health, manage } = await stack({ settings: { AGENT_SOURCE: `group:${all}` } });
const { state } = tenant;
state.applicationPermissions.push('GroupMember.Read.All');
const agentIds = async () => ((await list()).json['records'] as { agentId: string }[]).map(({ agentId }) => agentId);

test('the members of the groups within the group are agents, without anybody uploading anything', async () => {
  await poll();
  await expect.poll(agentIds, { timeout: 10_000 }).toHaveLength(12);
  expect(await agentIds()).toContain('anna@contoso.com');
  const answer = await upload('agentId;email\n1001;anna@contoso.com\n');
  expect(answer.json).toMatchObject({ status: 200, count: 12, mapped: 12 });
  await poll();
  const ids = await agentIds();
  expect(ids).toHaveLength(12);
  expect(ids).toContain('1001');
  expect(ids).toContain('maria@contoso.com');
  // An apostrophe is not for agentIds: the object id stands in.
  expect(ids).toContain(state.search("paul.o'brien@contoso.com")[0]?.id);
  expect((await health()).json).toMatchObject({ state: 'ok', agentsFound: 12 });
});

test('a row for nobody of the groups is refused', async () => {
  const answer = await upload('agentId;email\n1001;anna@contoso.com\n2000;stranger@contoso.com\n');
  expect([answer.status, answer.json['error']]).toEqual([409, 'not_in_source']);
  expect(answer.json['faults']).toEqual(['line 3: 2000 is nobody of AGENT_SOURCE']);
  expect((await manage('/api/v1/agents/maria@contoso.com', { method: 'DELETE' })).status).toBe(404);
});
