import { describe, expect, test } from 'vitest';
import type { TenantState } from '../../../../local/tenant/state.ts';
import { type GraphClient, graphClient } from '../../../../shared/adapters/graph/graphClient.ts';
import { graphDirectory } from '../../../../shared/adapters/graph/graphDirectory.ts';
import type { GraphQuestions } from '../../../../shared/adapters/graph/graphQuestions.ts';
import { GraphForbiddenError, GraphThrottledError, GraphUnavailableError } from '../../../../shared/errors/errors.ts';
import type { AccessToken } from '../../../../shared/ports/tokenProvider.ts';
import { graphOfTenant } from '../../../support/graph.ts';

const TOKEN: AccessToken = { value: 't', mode: 'app-only' };

function directoryThrough(graph: GraphClient, concurrency = 1) {
  const ask: GraphQuestions = question => question(request => graph({ ...request, token: TOKEN }));
  return graphDirectory({ ask, clock: Date.now, sleep: async () => undefined, concurrency });
}

describe('the directory', () => {
  test('finds 700 people with three requests: 15 values a filter, 20 filters a batch', async () => {
    const { state, ids, directory } = await graphOfTenant({ people: 700 });
    const users = await directory.findUsers('id', ids);
    expect(users.map(({ id }) => id).sort()).toEqual([...ids].sort());
    expect(state.counted('graph.batch')).toBe(3);
    expect(state.counted('graph.users')).toBe(Math.ceil(700 / 15));
  });

  test('finds by UPN and mail in any case; nobody is simply absent', async () => {
    const { directory } = await graphOfTenant();
    const [anna, ...others] = await directory.findUsers('userPrincipalName', [
      'ANNA@contoso.com',
      'nobody@contoso.com',
    ]);
    expect(anna).toMatchObject({ displayName: 'Anna Beck', mail: 'anna@contoso.com', accountEnabled: true });
    expect(others).toEqual([]);
    expect(await directory.findUsers('mail', ['jorg@contoso.com'])).toHaveLength(1);
  });

  test('finds an address with an apostrophe', async () => {
    const { directory } = await graphOfTenant();
    const [paul] = await directory.findUsers('mail', ["paul.o'brien@contoso.com", 'anna@contoso.com']);
    expect(paul?.displayName).toBe('Paul O’Brien');
  });

  test.each(["o'brien@contoso.com", "x') or startswith(mail,'a", '&$top=1#', 'ä@contoso.com'])(
    'takes %s as a value, not as a filter',
    async value => {
      const { directory } = await graphOfTenant();
      expect(await directory.findUsers('mail', [value])).toEqual([]);
    },
  );

  test('follows next pages to Graph, and nowhere else', async () => {
    const id = '0000000a-0000-0000-0000-00000000000a';
    const person = { id: id.toUpperCase(), userPrincipalName: 'a@contoso.com', accountEnabled: false };
    const paths: string[] = [];
    const graph: GraphClient = async ({ path }) => {
      paths.push(path);
      const page = {
        value: [person, { id: 'A' }, null],
        ...(paths.length === 1 && { '@odata.nextLink': 'https://graph/next' }),
      };
      const body = paths.length === 1 ? { responses: [{ id: '0', status: 200, body: page }] } : page;
      return { body, requestId: 'r' };
    };
    const users = await directoryThrough(graph).findUsers('id', ['a']);
    expect(users.map(({ id, accountEnabled }) => [id, accountEnabled])).toEqual([
      [id, false],
      [id, false],
    ]);
    expect(paths).toEqual(['/v1.0/$batch', 'https://graph/next']);
    const client = graphClient('https://localhost:1', Date.now);
    const elsewhere = client({
      method: 'GET',
      path: 'https://elsewhere.example/',
      token: { value: 't', mode: 'app-only' },
    });
    await expect(elsewhere).rejects.toThrow('another address');
  });

  test('gives up a list that never ends', async () => {
    let asked = 0;
    const graph: GraphClient = async () => {
      asked += 1;
      const page = { value: [], '@odata.nextLink': 'https://graph/next' };
      return { body: asked === 1 ? { responses: [{ id: '0', status: 200, body: page }] } : page, requestId: 'r' };
    };
    const directory = directoryThrough(graph);
    const finding = directory.findUsers('id', ['a']);
    await expect(finding).rejects.toBeInstanceOf(GraphUnavailableError);
    expect(asked).toBe(10);
  });

  test('begins nothing more once a batch has failed', async () => {
    let asked = 0;
    const graph: GraphClient = async () => {
      asked += 1;
      throw new GraphForbiddenError('no');
    };
    const directory = directoryThrough(graph, 2);
    const values = Array.from({ length: 3_000 }, (_, index) => `p${index}@contoso.com`);
    const finding = directory.findUsers('mail', values);
    await expect(finding).rejects.toBeInstanceOf(GraphForbiddenError);
    await new Promise(resolve => setImmediate(resolve));
    expect(asked).toBe(2);
  });

  test('waits as Graph asks, and goes on', async () => {
    const { state, ids, directory } = await graphOfTenant();
    state.faults = [{ service: 'graph', status: 429, headers: { 'retry-after': '2' }, times: 2 }];
    expect(await directory.findUsers('id', ids)).toHaveLength(ids.length);
    state.faults = [{ service: 'graph', status: 429, headers: { 'retry-after': '600' } }];
    await expect(directory.findUsers('id', ids)).rejects.toBeInstanceOf(GraphThrottledError);
  });

  test('without the permission is a 403, also inside a batch', async () => {
    const { state, directory } = await graphOfTenant();
    state.applicationPermissions = ['Presence.Read.All'];
    await expect(directory.findUsers('id', ['x'])).rejects.toBeInstanceOf(GraphForbiddenError);
  });
});

describe('groups and the whole tenant', () => {
  const groupOf = (state: TenantState, name: string) =>
    state.groups.find(({ displayName }) => displayName === name)?.id ?? '';

  const permissions = ['GroupMember.Read.All'];

  test('are read page by page, with the people of groups within groups, guests left out', async () => {
    const { state, directory } = await graphOfTenant({ people: 2_100, permissions });
    const [guest] = state.people;
    if (guest !== undefined) state.change(guest.id, { userType: 'Guest' });
    const everybody = await directory.listUsers();
    expect(everybody).toHaveLength(2_099);
    expect(state.counted('graph.users')).toBe(3);
    const [all, sales] = [groupOf(state, 'call-centre'), groupOf(state, 'sales')];
    expect(await directory.listGroupMembers([all, sales])).toHaveLength(2_099);
    expect(await directory.listGroupMembers([sales])).toHaveLength(700);
    expect(everybody[1]).toMatchObject({ aliases: ['maria@old.contoso.com'], numbers: ['+49 89 123456002'] });
  });

  test('without the permission, and without the group, name what to mend', async () => {
    const { state, directory } = await graphOfTenant();
    await expect(directory.listGroupMembers([groupOf(state, 'sales')])).rejects.toThrow('GroupMember.Read.All');
    const permitted = await graphOfTenant({ permissions });
    const missing = permitted.directory.listGroupMembers(['00000000-0000-4000-8000-000000000000']);
    await expect(missing).rejects.toThrow('Correct AGENT_SOURCE');
  });

  test('that are cut short are a fault, not a shorter list', async () => {
    const { state, directory } = await graphOfTenant({ people: 1_500 });
    const value = state.people.slice(0, 20).map(({ id }) => ({ id }));
    state.faults = [
      { service: 'graph', status: 200, body: JSON.stringify({ '@odata.count': 1_500, value }), times: 1 },
    ];
    await expect(directory.listUsers()).rejects.toThrow('20 of 1500');
    state.faults = [{ service: 'graph', path: 'skiptoken', status: 503 }];
    await expect(directory.listUsers()).rejects.toBeInstanceOf(GraphUnavailableError);
  });
});
