import { expect, test } from 'vitest';
import { rulesChange } from '../../../../shared/http/rules/request.ts';
import { httpCall } from '../../../support/httpCall.ts';

const JSON_BODY = { 'content-type': 'application/json' };
const put = (query: string, body: string, headers: Record<string, string> = JSON_BODY) =>
  rulesChange(httpCall.request('PUT', `/rules${query}`, { body, headers }));

test('an upload is its text and what was said in the query', async () => {
  expect(await put('?dryRun=1&allowCalls=1', '{}')).toEqual({
    text: '{}',
    options: { dryRun: true, allowCalls: true, allowUnknownValues: false, ifMatch: undefined },
  });
});

test('to remove them needs no body', async () => {
  expect((await rulesChange(httpCall.request('DELETE', '/rules'))).text).toBeUndefined();
});

test.each([
  ['?dryRun=2', '{}', JSON_BODY, 400],
  ['', '{}', { 'content-type': 'text/csv' }, 415],
  ['', '', JSON_BODY, 400],
])('%j with %j is refused, case %#', async (query, body, headers, status) => {
  await expect(put(query, body, headers)).rejects.toMatchObject({ status });
});
