import { expect, test } from 'vitest';
import { graphClient, graphError } from '../../../../shared/adapters/graph/graphClient.ts';
import { GraphUnavailableError } from '../../../../shared/errors/errors.ts';

const OURS = { error: { code: 'Forbidden' } };

test.each([
  [200, {}, undefined, undefined],
  [200, '<html>', undefined, 'graph_unavailable'],
  [302, '', undefined, 'graph_unavailable'],
  [400, OURS, undefined, 'graph_rejected'],
  [401, OURS, undefined, 'graph_unauthorized'],
  [403, OURS, undefined, 'permission_missing'],
  [403, '<html>', undefined, 'graph_unavailable'],
  [404, OURS, undefined, 'graph_not_found'],
  [404, '<html>', undefined, 'graph_unavailable'],
  [404, {}, undefined, 'graph_unavailable'],
  [407, '', undefined, 'graph_unavailable'],
  [429, OURS, undefined, 'graph_throttled'],
  [500, '', undefined, 'graph_unavailable'],
  [503, '', undefined, 'graph_unavailable'],
  [503, '', '7', 'graph_throttled'],
] as const)('status %i with %j and Retry-After %j is %s', (status, body, retryAfter, code) => {
  expect((graphError(status, body, retryAfter, 0, 'r1') as { code?: string } | undefined)?.code).toBe(code);
});

test('a policy that wants more of the sign-in is named, and nothing of what Microsoft writes is shown', () => {
  const fault = graphError(403, { error: { code: 'insufficient_claims', message: 'canary' } }, undefined, 0, 'r1');
  expect(fault?.message).toContain('Conditional Access');
  expect(graphError(400, { error: { code: '<b>canary</b>' } }, undefined, 0, 'r1')?.message).not.toContain('canary');
});

test.each(['https://elsewhere.example/v1.0/users', '//elsewhere.example/', 'http://graph.example.invalid/'])(
  'a link to %s gets no token',
  async path => {
    const graph = graphClient('https://graph.example.invalid', Date.now);
    const asked = graph({ method: 'GET', path, token: { value: 't', mode: 'app-only' } });
    await expect(asked).rejects.toThrow(GraphUnavailableError);
    await expect(asked).rejects.toThrow('another address');
  },
);
