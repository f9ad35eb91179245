import { HttpRequest } from '@azure/functions';
import { describe, expect, test } from 'vitest';
import { retryAfterMs } from '../../shared/adapters/graph/retryAfterHeader.ts';
import { lookupKeySchema } from '../../shared/domain/agents/lookupKey.ts';
import { toE164 } from '../../shared/domain/agents/phoneNumber.ts';
import { presenceQuery } from '../../shared/http/presence/query.ts';
import { RequestError } from '../../shared/http/response.ts';
import { guid } from '../support/builders.ts';

describe('a key', () => {
  test.each([
    [
      '1001',
      [
        { kind: 'agentId', value: '1001' },
        { kind: 'number', value: '1001' },
      ],
    ],
    ['id: 1001 ', [{ kind: 'agentId', value: '1001' }]],
    [
      'anna@contoso.com',
      [
        { kind: 'agentId', value: 'anna@contoso.com' },
        { kind: 'email', value: 'anna@contoso.com' },
      ],
    ],
    ["o'brien@contoso.com", [{ kind: 'email', value: "o'brien@contoso.com" }]],
    ['mail:anna@contoso.com', [{ kind: 'email', value: 'anna@contoso.com' }]],
    ['ID:anna@contoso.com', [{ kind: 'agentId', value: 'anna@contoso.com' }]],
    [
      guid(7),
      [
        { kind: 'agentId', value: guid(7) },
        { kind: 'userId', value: guid(7) },
      ],
    ],
  ])('%s is read as %j', (text, readings) => {
    expect(lookupKeySchema('DE').parse(text)).toEqual(readings);
  });

  test.each(['', '  ', 'a b', 'a,b', 'a%2Fb', 'id:', 'mail:1001', 'a\nb', 'x'.repeat(300), '../..'])(
    '%j is refused',
    text => {
      expect(lookupKeySchema('DE').safeParse(text).success).toBe(false);
    },
  );
});

describe('a phone number as key', () => {
  const E164 = '+498912345601';

  test.each([
    ['+498912345601'],
    [' 498912345601'],
    ['00498912345601'],
    ['498912345601'],
    ['+49 (89) 123456-01'],
    ['089 12345601'],
    ['089/123 456 01'],
    ['tel:089-12345601'],
    ['TEL:+49 89 123 456 01'],
  ])('%j is read in E.164', key => {
    expect(lookupKeySchema('DE').parse(key)).toContainEqual({ kind: 'number', value: E164 });
  });

  test('of up to six digits is an extension, kept as written', () => {
    expect(lookupKeySchema('DE').parse('tel:004711')).toEqual([{ kind: 'number', value: '004711' }]);
  });

  test('in the form of another country', () => {
    expect(lookupKeySchema('AT').parse('tel:01 5123456')).toEqual([{ kind: 'number', value: '+4315123456' }]);
  });

  test.each(['tel:', 'tel:nobody', 'tel:+', 'tel:12345678901234567890123456789012345678901'])('%s is refused', key => {
    expect(lookupKeySchema('DE').safeParse(key).success).toBe(false);
  });
});

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

test.each([
  ['+49 89 123456-01', '+498912345601'],
  ['0049 89 12345601', '+498912345601'],
  ['089/123 456 01', '+498912345601'],
  ['(089) 12345601', '+498912345601'],
  ['4711', ''],
  ['', ''],
])('the number %j is %j', (written, expected) => {
  expect(toE164(written, 'DE')).toBe(expected);
});

test.each([
  ['7', 7_000],
  [' 0 ', 0],
  [3, 3_000],
  ['Mon, 23 Nov 2026 08:00:05 GMT', 5_000],
  ['Mon, 23 Nov 2026 07:00:00 GMT', 0],
  ['soon', undefined],
  ['-1', undefined],
  ['1.5', 2_000],
  ['0.2', 1_000],
  [2.1, 3_000],
  ['1.5.2', undefined],
  [undefined, undefined],
])('Retry-After %j is %j ms', (header, expected) => {
  expect(retryAfterMs(header, Date.UTC(2026, 10, 23, 8, 0, 0))).toBe(expected);
});
