import { expect, test } from 'vitest';
import { EXPLAIN_PARAMETERS, RULES_CHANGE_PARAMETERS } from '../../../shared/http/contract/parameters.ts';
import { parameters, readQuery } from '../../../shared/http/query.ts';
import { httpCall } from '../../support/httpCall.ts';

const { dryRun, allowCalls } = RULES_CHANGE_PARAMETERS;
const read = (query: string) => readQuery(httpCall.request('GET', `/rules${query}`), { dryRun, allowCalls });

test('names of parameters are taken in any case, as the platform takes them', () => {
  expect(parameters(httpCall.request('GET', '/x?DryRun=1&KEY=a%20b'))).toEqual({ dryrun: '1', key: 'a b' });
  expect([read('?DRYRUN=1'), read('')]).toEqual([
    { dryRun: true, allowCalls: false },
    { dryRun: false, allowCalls: false },
  ]);
});

test('the platform’s key is not looked at', () => {
  expect(read('?code=secret&dryRun=0').dryRun).toBe(false);
});

test.each(['?dryRun=yes', '?dryRun=', '?dryrn=1', '?dryRun=1&other=2'])(
  '%s is refused with what may stand there',
  query => {
    expect(() => read(query)).toThrow('The query may hold dryRun, 0 or 1; allowCalls, 0 or 1.');
  },
);

test('what must be there is said to be so, and where nothing is taken that', () => {
  const request = httpCall.request('GET', '/x?other=1');
  expect(() => readQuery(request, EXPLAIN_PARAMETERS)).toThrow('The query must hold key, a key of up to 256');
  expect(() => readQuery(request, {})).toThrow('Nothing may stand in the query here.');
});
