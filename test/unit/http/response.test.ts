import { expect, test } from 'vitest';
import { AgentsChangeRefused, GraphUnavailableError, StoreUnavailableError } from '../../../shared/errors/errors.ts';
import { failure, handle, json, RequestError } from '../../../shared/http/response.ts';
import { httpCall } from '../../support/httpCall.ts';

test('every answer is JSON that nobody keeps', () => {
  expect(json(200, '{}', { etag: '"1"' })).toEqual({
    status: 200,
    body: '{}',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      etag: '"1"',
    },
  });
});

test.each([
  [new RequestError(415, 'wrong_type', 'Send CSV.'), 415, 'wrong_type'],
  [new AgentsChangeRefused('malformed_agents', 'No.', ['line 2: x']), 400, 'malformed_agents'],
  [new AgentsChangeRefused('not_mapped', 'No.'), 404, 'not_mapped'],
  [new AgentsChangeRefused('changed_meanwhile', 'No.'), 412, 'changed_meanwhile'],
  [new AgentsChangeRefused('would_remove', 'No.'), 409, 'would_remove'],
  [new StoreUnavailableError('Out.'), 503, 'store_unavailable'],
  [new GraphUnavailableError('Out.'), 503, 'graph_unavailable'],
  [new TypeError('canary'), 503, 'unexpected'],
])('%s is %i %s', (error, status, code) => {
  expect(failure(error)).toMatchObject({ status, error: code });
  expect(failure(error).message).not.toContain('canary');
});

test('nothing thrown gets past the edge; what passes by itself says when to come again, and is logged', async () => {
  const logged: string[] = [];
  const answerTo = async (error: Error) => {
    const answer = async () => Promise.reject(error);
    const logTo = () => (event: string) => void logged.push(event);
    const served = handle(answer, logTo, failed => ({ ...failed, shaped: true }));
    return served(httpCall.request('GET', '/'), httpCall.context() as never);
  };
  const out = await answerTo(new StoreUnavailableError('Out.'));
  expect(out).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
  expect(JSON.parse(String(out.body))).toMatchObject({ error: 'store_unavailable', shaped: true });
  const refused = await answerTo(new RequestError(405, 'method', 'No.', { allow: 'GET' }));
  expect(refused).toMatchObject({ status: 405, headers: { allow: 'GET' } });
  expect(refused.headers).not.toHaveProperty('retry-after');
  expect(logged).toEqual(['request.failed']);
});
