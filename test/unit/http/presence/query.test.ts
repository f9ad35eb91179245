import { HttpRequest } from '@azure/functions';
import { describe, expect, test } from 'vitest';
import { presenceQuery } from '../../../../shared/http/presence/query.ts';
import { RequestError } from '../../../../shared/http/response.ts';

describe('a query', () => {
  const ask = (query: string, params: Record<string, string> = {}) =>
    presenceQuery(new HttpRequest({ method: 'GET', url: `http://localhost/api/v1/presence${query}`, params }), 'DE');
  const refusal = (query: string, params?: Record<string, string>) => {
    try {
      ask(query, params);
    } catch (error) {
      if (error instanceof RequestError) return `${error.status} ${error.code}`;
      throw error;
    }
    return '';
  };

  test('without a key asks for the list', () => {
    expect(ask('')).toEqual({
      filter: { group: undefined, reachable: false, agents: undefined, changedSince: undefined },
    });
    expect(ask('?group=support&reachable=1&agents=1003,1001&code=x')).toEqual({
      filter: { group: 'support', reachable: true, agents: ['1003', '1001'], changedSince: undefined },
    });
  });

  test('asks for one agent by path or by query, whatever the case of the name', () => {
    expect(ask('', { key: '1001' })).toEqual(ask('?KEY=1001'));
  });

  test.each([
    ['?key=', '400 malformed_key'],
    ['?key=a,b', '400 malformed_key'],
    ['?key=1001&group=support', '400 key_with_filter'],
    ['?group=', '400 malformed_filter'],
    ['?reachable=yes', '400 malformed_filter'],
    ['?agents=', '400 malformed_filter'],
    ['?agents=a%20b', '400 malformed_filter'],
    ['?grup=support', '400 unknown_parameter'],
    ['?dryRun=1', '400 unknown_parameter'],
    ['?changedSince=', '400 malformed_filter'],
    ['?changedSince=yesterday', '400 malformed_filter'],
    ['?key=1001&changedSince=a-1-abcdef', '400 key_with_filter'],
  ])('%s is %s', (query, expected) => {
    expect(refusal(query)).toBe(expected);
  });

  test('two keys are refused', () => {
    expect(refusal('?key=1001', { key: '1002' })).toBe('400 two_keys');
  });
});
