import { describe, expect, test } from 'vitest';
import type { TenantState } from '../../local/tenant/state.ts';
import { type GraphClient, graphClient } from '../../shared/adapters/graph/graphClient.ts';
import { graphDirectory } from '../../shared/adapters/graph/graphDirectory.ts';
import { graphPasswordPolicy } from '../../shared/adapters/graph/graphPasswordPolicy.ts';
import { graphPresenceSource, parsePresence } from '../../shared/adapters/graph/graphPresenceSource.ts';
import { type GraphQuestions, graphQuestions } from '../../shared/adapters/graph/graphQuestions.ts';
import { readCredentials } from '../../shared/domain/signIn/credentials.ts';
import { NEVER } from '../../shared/domain/signIn/expiry.ts';
import {
  GraphForbiddenError,
  GraphNotFoundError,
  GraphRejectedError,
  GraphThrottledError,
  GraphUnauthorizedError,
  GraphUnavailableError,
} from '../../shared/errors/errors.ts';
import type { AccessToken } from '../../shared/ports/tokenProvider.ts';
import { signInTo, tenant } from '../support/tenant.ts';

const signal = new AbortController().signal;

async function setUp(options: { people?: number; permissions?: string[] } = {}) {
  const { state, settings } = await tenant(options);
  state.applicationPermissions.push(...(options.permissions ?? []));
  const { tenantId, clientId, clientSecret } = state;
  const version = '1';
  const secrets = {
    tenantId: { value: tenantId, version, expiresAt: undefined },
    clientId: { value: clientId, version, expiresAt: undefined },
    clientSecret: { value: clientSecret.value, version, expiresAt: undefined },
  };
  const signIn = signInTo(settings);
  const fetchToken = async (): Promise<AccessToken> => ({
    value: (await signIn(readCredentials(secrets), 'app-only')).value,
    mode: 'app-only',
  });
  const graph = graphClient(settings.graph.endpoint, Date.now);
  const ask = graphQuestions(graph, { token: fetchToken, discard: () => undefined }, 'directory');
  const ids = state.people.map(person => person.id);
  return {
    state,
    ids,
    fetchToken,
    token: await fetchToken(),
    presence: graphPresenceSource(graph),
    directory: graphDirectory({ ask, clock: Date.now, sleep: async () => undefined, concurrency: 4 }),
    policy: graphPasswordPolicy(ask),
  };
}

const TOKEN: AccessToken = { value: 't', mode: 'app-only' };

function directoryThrough(graph: GraphClient, concurrency = 1) {
  const ask: GraphQuestions = question => question(request => graph({ ...request, token: TOKEN }));
  return graphDirectory({ ask, clock: Date.now, sleep: async () => undefined, concurrency });
}

describe('presence', () => {
  test('of 650 people comes with one request, by id whatever the order', async () => {
    const { state, ids, presence, token } = await setUp({ people: 650 });
    state.moveTo(ids[3] ?? '', 'InACall');
    const { presences, requestId } = await presence.read(ids, token, signal);
    expect(presences.size).toBe(650);
    expect(presences.get(ids[3] ?? '')).toMatchObject({ availability: 'Busy', activity: 'InACall' });
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(state.counted('graph.presences')).toBe(1);
  });

  test('of people Graph leaves out is absent', async () => {
    const { state, ids, presence, token } = await setUp();
    state.leftOut.add(ids[0] ?? '');
    const { presences } = await presence.read(ids, token, signal);
    expect(presences.has(ids[0] ?? '')).toBe(false);
    expect(presences.size).toBe(ids.length - 1);
  });

  test('of 651 people, or of somebody Graph does not take, is a 400', async () => {
    const { state, ids, presence, token } = await setUp({ people: 651 });
    await expect(presence.read(ids, token, signal)).rejects.toBeInstanceOf(GraphRejectedError);
    state.rejected.add(ids[5] ?? '');
    await expect(presence.read(ids.slice(0, 10), token, signal)).rejects.toBeInstanceOf(GraphRejectedError);
  });

  test('with an ended token is a 401', async () => {
    const { state, ids, presence, fetchToken } = await setUp();
    state.tokenLifetimeSeconds = -1_000;
    const ended = await fetchToken().catch(() => ({ value: 'nonsense', mode: 'app-only' as const }));
    await expect(presence.read(ids, ended, signal)).rejects.toBeInstanceOf(GraphUnauthorizedError);
  });

  test('without the permission is a 403 that names the step of the guide', async () => {
    const { state, ids, presence, fetchToken } = await setUp();
    state.applicationPermissions = ['User.Read.All'];
    const reading = presence.read(ids, await fetchToken(), signal);
    await expect(reading).rejects.toBeInstanceOf(GraphForbiddenError);
    await expect(reading).rejects.toThrow('Grant Permissions');
  });

  test.each([
    ['429 with seconds', { status: 429, headers: { 'retry-after': '7' } }, GraphThrottledError],
    ['429 without', { status: 429 }, GraphThrottledError],
    ['503 with Retry-After', { status: 503, headers: { 'retry-after': '7' } }, GraphThrottledError],
    ['503 with HTML', { status: 503, body: '<html>', headers: { 'content-type': 'text/html' } }, GraphUnavailableError],
    ['200 with HTML', { status: 200, body: '<html>', headers: { 'content-type': 'text/html' } }, GraphUnavailableError],
    ['200 without a list', { status: 200, body: '{"value":null}' }, GraphUnavailableError],
    ['a closed connection', { status: 0 }, GraphUnavailableError],
    ['a redirect', { status: 302, headers: { location: 'https://localhost:1/' } }, GraphUnavailableError],
    ['407 of a proxy', { status: 407 }, GraphUnavailableError],
    [
      '403 of a proxy',
      { status: 403, body: '<html>', headers: { 'content-type': 'text/html' } },
      GraphUnavailableError,
    ],
    ['404', { status: 404 }, GraphNotFoundError],
    ['400', { status: 400 }, GraphRejectedError],
  ])('answered with %s', async (_case, fault, kind) => {
    const { state, ids, presence, token } = await setUp();
    state.faults = [{ service: 'graph', ...fault }];
    const thrown = await presence.read(ids, token, signal).catch(error => error);
    expect(thrown).toBeInstanceOf(kind);
    expect(JSON.stringify([thrown, thrown.message, thrown.stack, thrown.cause])).not.toContain(token.value);
    if ('headers' in fault && 'retry-after' in fault.headers) expect(thrown.retryAfterMs).toBe(7_000);
  });

  test('over a connection that was kept open and is reset is asked again, once', async () => {
    const { state, ids, presence, token } = await setUp();
    await presence.read(ids, token, signal);
    state.faults = [{ service: 'graph', status: 0, times: 1 }];
    const before = state.counted('graph.presences');
    expect((await presence.read(ids, token, signal)).presences.size).toBe(ids.length);
    expect(state.counted('graph.presences')).toBe(before + 1);
    state.faults = [{ service: 'graph', status: 0 }];
    await expect(presence.read(ids, token, signal)).rejects.toBeInstanceOf(GraphUnavailableError);
  });

  test('of somebody who comes twice counts if both say the same', async () => {
    const { state, ids, presence, token } = await setUp();
    const [same = '', other = ''] = ids;
    const item = (id: string, activity: string) => ({ id, availability: 'Available', activity });
    const value = [item(same, 'Available'), item(same, 'Available'), item(other, 'InACall'), item(other, 'Available')];
    state.faults = [{ service: 'graph', status: 200, body: JSON.stringify({ value }) }];
    const { presences } = await presence.read(ids, token, signal);
    expect(presences.get(same)).toMatchObject({ availability: 'Available', activity: 'Available' });
    expect(presences.get(other)).toMatchObject({ availability: '', activity: '' });
  });

  test('that takes too long ends with the cycle', async () => {
    const { state, ids, presence, token } = await setUp();
    state.faults = [{ service: 'graph', delayMs: 60_000 }];
    const cycle = new AbortController();
    const reading = presence.read(ids, token, cycle.signal);
    cycle.abort();
    await expect(reading).rejects.toBeInstanceOf(GraphUnavailableError);
  });

  test.each([
    [{}, { availability: '', activity: '', outOfOffice: false, sequence: '' }],
    [
      { availability: null, activity: null, outOfOfficeSettings: null },
      { availability: '', activity: '' },
    ],
    [
      { availability: 'Available', activity: 7 },
      { availability: '', activity: '' },
    ],
    [
      { availability: 'Available', activity: 'A'.repeat(65) },
      { availability: '', activity: '' },
    ],
    [
      { availability: ' Do Not\u200bDisturb', activity: 'in a call' },
      { availability: 'DoNotDisturb', activity: 'InACall' },
    ],
    [{ sequenceNumber: 'A'.repeat(1_000) }, { sequence: 'A'.repeat(64) }],
    [
      { availability: 'doNotDisturb', activity: 'inACall' },
      { availability: 'DoNotDisturb', activity: 'InACall' },
    ],
    [
      { availability: 'Hologram', outOfOfficeSettings: { isOutOfOffice: true } },
      { availability: 'Hologram', outOfOffice: true },
    ],
  ])('item %j is read tolerantly', (item, expected) => {
    expect(parsePresence(item)).toMatchObject(expected);
  });
});

describe('the directory', () => {
  test('finds 700 people with three requests: 15 values a filter, 20 filters a batch', async () => {
    const { state, ids, directory } = await setUp({ people: 700 });
    const users = await directory.find('id', ids);
    expect(users.map(({ id }) => id).sort()).toEqual([...ids].sort());
    expect(state.counted('graph.batch')).toBe(3);
    expect(state.counted('graph.users')).toBe(Math.ceil(700 / 15));
  });

  test('finds by UPN and mail in any case; nobody is simply absent', async () => {
    const { directory } = await setUp();
    const [anna, ...others] = await directory.find('userPrincipalName', ['ANNA@contoso.com', 'nobody@contoso.com']);
    expect(anna).toMatchObject({ displayName: 'Anna Beck', mail: 'anna@contoso.com', accountEnabled: true });
    expect(others).toEqual([]);
    expect(await directory.find('mail', ['jorg@contoso.com'])).toHaveLength(1);
  });

  test('finds an address with an apostrophe', async () => {
    const { directory } = await setUp();
    const [paul] = await directory.find('mail', ["paul.o'brien@contoso.com", 'anna@contoso.com']);
    expect(paul?.displayName).toBe('Paul O’Brien');
  });

  test.each(["o'brien@contoso.com", "x') or startswith(mail,'a", '&$top=1#', 'ä@contoso.com'])(
    'takes %s as a value, not as a filter',
    async value => {
      const { directory } = await setUp();
      expect(await directory.find('mail', [value])).toEqual([]);
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
    const users = await directoryThrough(graph).find('id', ['a']);
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
    const finding = directory.find('id', ['a']);
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
    const finding = directory.find('mail', values);
    await expect(finding).rejects.toBeInstanceOf(GraphForbiddenError);
    await new Promise(resolve => setImmediate(resolve));
    expect(asked).toBe(2);
  });

  test('waits as Graph asks, and goes on', async () => {
    const { state, ids, directory } = await setUp();
    state.faults = [{ service: 'graph', status: 429, headers: { 'retry-after': '2' }, times: 2 }];
    expect(await directory.find('id', ids)).toHaveLength(ids.length);
    state.faults = [{ service: 'graph', status: 429, headers: { 'retry-after': '600' } }];
    await expect(directory.find('id', ids)).rejects.toBeInstanceOf(GraphThrottledError);
  });

  test('without the permission is a 403, also inside a batch', async () => {
    const { state, directory } = await setUp();
    state.applicationPermissions = ['Presence.Read.All'];
    await expect(directory.find('id', ['x'])).rejects.toBeInstanceOf(GraphForbiddenError);
  });
});

describe('the password of the service user', () => {
  const DAY = 86_400_000;

  test.each([
    ['that is exempt never ends', 'DisableStrongPassword, DisablePasswordExpiration', 90, true, 'never'],
    ['ends a period after its last change', '', 90, true, 'in 80 days'],
    ['of a domain without end never ends', '', 2_147_483_647, true, 'never'],
    ['of a domain without period is unknown', '', undefined, true, 'unknown'],
    ['of a domain nobody may see is unknown', '', 90, false, 'unknown'],
  ])('%s', async (_case, policies, period, mayRead, expected) => {
    const { state, policy } = await setUp();
    const changedAt = Math.floor((Date.now() - 10 * DAY) / 1_000) * 1_000;
    Object.assign(state.serviceUser, { passwordPolicies: policies, lastPasswordChange: changedAt });
    state.passwordPeriodDays = period;
    if (mayRead) state.applicationPermissions = [...state.applicationPermissions, 'Domain.Read.All'];
    const { at } = await policy.passwordExpiry(state.serviceUser.email);
    const meaning = at === 0 ? 'unknown' : at === NEVER ? 'never' : `in ${Math.round((at - Date.now()) / DAY)} days`;
    expect(meaning).toBe(expected);
  });

  test('of somebody the directory does not know is unknown', async () => {
    const { policy } = await setUp();
    expect(await policy.passwordExpiry('nobody@elsewhere.com')).toEqual({ at: 0, source: '' });
  });
});

describe('groups and the whole tenant', () => {
  const groupOf = (state: TenantState, name: string) =>
    state.groups.find(({ displayName }) => displayName === name)?.id ?? '';

  const permissions = ['GroupMember.Read.All'];

  test('are read page by page, with the people of groups within groups, guests left out', async () => {
    const { state, directory } = await setUp({ people: 2_100, permissions });
    const [guest] = state.people;
    if (guest !== undefined) state.change(guest.id, { userType: 'Guest' });
    const everybody = await directory.everybody();
    expect(everybody).toHaveLength(2_099);
    expect(state.counted('graph.users')).toBe(3);
    const [all, sales] = [groupOf(state, 'call-centre'), groupOf(state, 'sales')];
    expect(await directory.members([all, sales])).toHaveLength(2_099);
    expect(await directory.members([sales])).toHaveLength(700);
    expect(everybody[1]).toMatchObject({ aliases: ['maria@old.contoso.com'], numbers: ['+49 89 123456002'] });
  });

  test('without the permission, and without the group, name what to mend', async () => {
    const { state, directory } = await setUp();
    await expect(directory.members([groupOf(state, 'sales')])).rejects.toThrow('GroupMember.Read.All');
    const permitted = await setUp({ permissions });
    const missing = permitted.directory.members(['00000000-0000-4000-8000-000000000000']);
    await expect(missing).rejects.toThrow('Correct AGENT_SOURCE');
  });

  test('that are cut short are a fault, not a shorter list', async () => {
    const { state, directory } = await setUp({ people: 1_500 });
    const value = state.people.slice(0, 20).map(({ id }) => ({ id }));
    state.faults = [
      { service: 'graph', status: 200, body: JSON.stringify({ '@odata.count': 1_500, value }), times: 1 },
    ];
    await expect(directory.everybody()).rejects.toThrow('20 of 1500');
    state.faults = [{ service: 'graph', path: 'skiptoken', status: 503 }];
    await expect(directory.everybody()).rejects.toBeInstanceOf(GraphUnavailableError);
  });
});
