import { describe, expect, test } from 'vitest';
import { stack } from '../support/stack.ts';

describe('without a required setting', async () => {
  const { list, one, upload, health, host } = await stack({ settings: { KEY_VAULT_URI: undefined } });

  test('every keyed route answers 503 and names it', async () => {
    for (const answer of [await list(), await one('1001'), await upload('agentId\n1\n'), await health()]) {
      expect(answer.status).toBe(503);
      expect(answer.json).toMatchObject({
        status: 503,
        error: 'settings_fault',
        message: expect.stringContaining('KEY_VAULT_URI'),
      });
      expect(answer.headers.get('retry-after')).not.toBeNull();
    }
    expect((await health()).json).toMatchObject({ state: 'down' });
    expect((await one('1001')).json).toMatchObject({ agentId: '', reachable: 0, telStatusText: 'unknown', stale: 1 });
  });

  test('live answers 503 without the name', async () => {
    const answer = await fetch(`${host.url}/api/live`);
    expect(answer.status).toBe(503);
    expect(await answer.text()).not.toContain('KEY_VAULT_URI');
  });
});

describe('with a vault that lacks a secret', async () => {
  const { tenant, list, upload, poll, health } = await stack();
  const { state } = tenant;

  test('reads go on and health is down, until the secret is there', async () => {
    const secret = state.secrets.get('teams-user-password');
    state.secrets.delete('teams-user-password');
    await poll();
    expect(await health()).toMatchObject({
      status: 503,
      json: { state: 'down', fault1: expect.stringContaining('teams-user-password') },
    });
    expect(await list()).toMatchObject({ status: 200, json: { count: 0 } });
    expect(await upload('agentId,email\n1001,anna@contoso.com\n')).toMatchObject({
      status: 503,
      json: { error: 'credentials_incomplete' },
    });
    state.storeSecret('teams-user-password', secret?.value ?? '');
    expect(await upload('agentId,email\n1001,anna@contoso.com\n')).toMatchObject({ status: 200 });
    await poll();
    expect(await health()).toMatchObject({ status: 200, json: { state: 'ok', signIn: 'delegated' } });
  });

  test('a wrong password is sent once, however often is polled', async () => {
    const { value } = state.secrets.get('teams-user-password') ?? { value: '' };
    state.storeSecret('teams-user-password', 'wrong');
    // The connector notices a rotated secret when its copy is old: the first refusal makes it look at once.
    state.serviceUser.password = 'changed meanwhile';
    state.faults = [{ service: 'graph', status: 401, times: 1 }];
    const before = state.counted('entra.password');
    for (let cycle = 0; cycle < 4; cycle += 1) await poll();
    // Once with the version it knew, once with the one that the vault held meanwhile.
    expect(state.counted('entra.password')).toBe(before + 2);
    expect((await health()).json).toMatchObject({ fault1: expect.stringContaining('AADSTS50126') });
    state.serviceUser.password = value;
  });
});

describe('without a user in the vault', async () => {
  const { tenant, upload, poll, health, one } = await stack();
  tenant.state.secrets.delete('teams-user-email');
  tenant.state.secrets.delete('teams-user-password');

  test('the connector reads as the application', async () => {
    expect((await upload('agentId;email\n1001;anna@contoso.com\n')).status).toBe(200);
    await poll();
    expect((await health()).json).toMatchObject({ state: 'ok', signIn: 'app-only' });
    expect((await one('1001')).json).toMatchObject({ status: 200, stale: 0 });
    expect(tenant.state.counted('entra.password')).toBe(0);
  });
});

describe('with a vault that cannot be reached', async () => {
  const { tenant, list, poll, health } = await stack();
  tenant.state.faults = [{ service: 'vault', status: 0 }];

  test('health is down and says so; reads go on', async () => {
    await poll();
    expect(await health()).toMatchObject({
      status: 503,
      json: { state: 'down', fault1: expect.stringContaining('Key Vault') },
    });
    expect((await list()).status).toBe(200);
  });
});

describe('with tables that cannot be reached', async () => {
  const connection = 'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;TableEndpoint=http://127.0.0.1:1/a;';
  const { list, one, upload, health } = await stack({ settings: { PRESENCE_STORAGE: connection } });

  test('and no copy, reads are 503 with Retry-After', async () => {
    for (const answer of [await list(), await one('1001')]) {
      expect(answer).toMatchObject({ status: 503, json: { status: 503, error: 'store_unavailable' } });
      expect(answer.headers.get('retry-after')).toBe('5');
    }
    expect(await upload('agentId\n1\n')).toMatchObject({ status: 503, json: { error: 'store_unavailable' } });
    expect(await health()).toMatchObject({ status: 503, json: { state: 'down' } });
  });
});
