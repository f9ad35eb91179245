import { describe, expect, test } from 'vitest';
import { parsePresence } from '../../../../shared/adapters/graph/graphPresenceSource.ts';
import {
  GraphForbiddenError,
  GraphNotFoundError,
  GraphRejectedError,
  GraphThrottledError,
  GraphUnauthorizedError,
  GraphUnavailableError,
} from '../../../../shared/errors/errors.ts';
import { graphOfTenant } from '../../../support/graph.ts';

const signal = new AbortController().signal;

describe('presence', () => {
  test('of 650 people comes with one request, by id whatever the order', async () => {
    const { state, ids, presence, token } = await graphOfTenant({ people: 650 });
    state.moveTo(ids[3] ?? '', 'InACall');
    const { presences, requestId } = await presence.read(ids, token, signal);
    expect(presences.size).toBe(650);
    expect(presences.get(ids[3] ?? '')).toMatchObject({ availability: 'Busy', activity: 'InACall' });
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(state.counted('graph.presences')).toBe(1);
  });

  test('of people Graph leaves out is absent', async () => {
    const { state, ids, presence, token } = await graphOfTenant();
    state.leftOut.add(ids[0] ?? '');
    const { presences } = await presence.read(ids, token, signal);
    expect(presences.has(ids[0] ?? '')).toBe(false);
    expect(presences.size).toBe(ids.length - 1);
  });

  test('of 651 people, or of somebody Graph does not take, is a 400', async () => {
    const { state, ids, presence, token } = await graphOfTenant({ people: 651 });
    await expect(presence.read(ids, token, signal)).rejects.toBeInstanceOf(GraphRejectedError);
    state.rejected.add(ids[5] ?? '');
    await expect(presence.read(ids.slice(0, 10), token, signal)).rejects.toBeInstanceOf(GraphRejectedError);
  });

  test('with an ended token is a 401', async () => {
    const { state, ids, presence, fetchToken } = await graphOfTenant();
    state.tokenLifetimeSeconds = -1_000;
    const ended = await fetchToken().catch(() => ({ value: 'nonsense', mode: 'app-only' as const }));
    await expect(presence.read(ids, ended, signal)).rejects.toBeInstanceOf(GraphUnauthorizedError);
  });

  test('without the permission is a 403 that names the step of the guide', async () => {
    const { state, ids, presence, fetchToken } = await graphOfTenant();
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
    const { state, ids, presence, token } = await graphOfTenant();
    state.faults = [{ service: 'graph', ...fault }];
    const thrown = await presence.read(ids, token, signal).catch(error => error);
    expect(thrown).toBeInstanceOf(kind);
    expect(JSON.stringify([thrown, thrown.message, thrown.stack, thrown.cause])).not.toContain(token.value);
    if ('headers' in fault && 'retry-after' in fault.headers) expect(thrown.retryAfterMs).toBe(7_000);
  });

  test('over a connection that was kept open and is reset is asked again, once', async () => {
    const { state, ids, presence, token } = await graphOfTenant();
    await presence.read(ids, token, signal);
    state.faults = [{ service: 'graph', status: 0, times: 1 }];
    const before = state.counted('graph.presences');
    expect((await presence.read(ids, token, signal)).presences.size).toBe(ids.length);
    expect(state.counted('graph.presences')).toBe(before + 1);
    state.faults = [{ service: 'graph', status: 0 }];
    await expect(presence.read(ids, token, signal)).rejects.toBeInstanceOf(GraphUnavailableError);
  });

  test('of somebody who comes twice counts if both say the same', async () => {
    const { state, ids, presence, token } = await graphOfTenant();
    const [same = '', other = ''] = ids;
    const item = (id: string, activity: string) => ({ id, availability: 'Available', activity });
    const value = [item(same, 'Available'), item(same, 'Available'), item(other, 'InACall'), item(other, 'Available')];
    state.faults = [{ service: 'graph', status: 200, body: JSON.stringify({ value }) }];
    const { presences } = await presence.read(ids, token, signal);
    expect(presences.get(same)).toMatchObject({ availability: 'Available', activity: 'Available' });
    expect(presences.get(other)).toMatchObject({ availability: '', activity: '' });
  });

  test('that takes too long ends with the cycle', async () => {
    const { state, ids, presence, token } = await graphOfTenant();
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
