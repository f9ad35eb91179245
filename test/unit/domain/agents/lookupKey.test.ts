import { describe, expect, test } from 'vitest';
import { lookupKey } from '../../../../shared/domain/agents/lookupKey.ts';
import { guid } from '../../../support/builders.ts';

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
    expect(lookupKey(text, 'DE')).toEqual(readings);
  });

  test.each(['', '  ', 'a b', 'a,b', 'a%2Fb', 'id:', 'mail:1001', 'a\nb', 'x'.repeat(300), '../..'])(
    '%j is refused',
    text => {
      expect(lookupKey(text, 'DE')).toEqual([]);
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
    expect(lookupKey(key, 'DE')).toContainEqual({ kind: 'number', value: E164 });
  });

  test('of up to six digits is an extension, kept as written', () => {
    expect(lookupKey('tel:004711', 'DE')).toEqual([{ kind: 'number', value: '004711' }]);
  });

  test('in the form of another country', () => {
    expect(lookupKey('tel:01 5123456', 'AT')).toEqual([{ kind: 'number', value: '+4315123456' }]);
  });

  test.each(['tel:', 'tel:nobody', 'tel:+', 'tel:12345678901234567890123456789012345678901'])('%s is refused', key => {
    expect(lookupKey(key, 'DE')).toEqual([]);
  });
});
