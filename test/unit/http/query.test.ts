import { expect, test } from 'vitest';
import { flag, parameters, readQuery } from '../../../shared/http/query.ts';
import { httpCall } from '../../support/httpCall.ts';

const read = (query: string) =>
  readQuery(httpCall.request('GET', `/rules${query}`), { dryrun: flag }, 'The query may hold dryRun, 0 or 1.');

test('names of parameters are taken in any case, as the platform takes them', () => {
  expect(parameters(httpCall.request('GET', '/x?DryRun=1&KEY=a%20b'))).toEqual({ dryrun: '1', key: 'a b' });
  expect([read('?DRYRUN=1'), read('')]).toEqual([{ dryrun: '1' }, { dryrun: '0' }]);
});

test('the platform’s key is not looked at', () => {
  expect(read('?code=secret&dryRun=0').dryrun).toBe('0');
});

test.each(['?dryRun=yes', '?dryRun=', '?dryrn=1', '?dryRun=1&other=2'])(
  '%s is refused with what may stand there',
  query => {
    expect(() => read(query)).toThrow('The query may hold dryRun, 0 or 1.');
  },
);
