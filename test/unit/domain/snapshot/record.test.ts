import { describe, expect, test } from 'vitest';
import { ageSeconds, freshnessOf } from '../../../../shared/domain/presence/freshness.ts';
import { presenceRecord, singleAnswer, singleFailure } from '../../../../shared/domain/snapshot/record.ts';
import { agent, judged, presence, reading } from '../../../support/builders.ts';

const LIMITS = { staleAfterMs: 60_000, unknownAfterMs: 120_000 };
const NOW = Date.UTC(2026, 10, 23, 8, 15, 26);
const FIELDS = [
  ...['status', 'agentId', 'email', 'userId', 'displayName', 'group', 'number', 'numberE164', 'matchedBy'],
  ...['teamsAvailability', 'teamsActivity', 'outOfOffice', 'telStatus', 'telStatusText', 'reachable', 'known'],
  ...['agentStatus', 'rule', 'changedAt', 'checkedAt', 'ageSeconds', 'stale', 'error', 'message'],
];
const LIST_ONLY_OMITS = new Set(['status', 'matchedBy', 'checkedAt', 'ageSeconds', 'error', 'message']);

const calling = reading(presence('Busy', 'InACall'), { changedAt: NOW - 24_000 });
const record = (
  ...[who, seen, age]: [ReturnType<typeof agent>, typeof calling | undefined, 'fresh' | 'stale' | 'unknown']
) => presenceRecord(who, seen, age, judged(who, seen, age).result, 'full');

describe('freshness', () => {
  test.each([
    [0, 'fresh'],
    [60_000, 'fresh'],
    [60_001, 'stale'],
    [120_000, 'stale'],
    [120_001, 'unknown'],
    [-2_000, 'fresh'],
  ])('an answer %i ms old is %s', (age, expected) => {
    expect(freshnessOf(NOW - age, NOW, LIMITS)).toBe(expected);
  });

  test('what was never read is unknown, and its age is 999999', () => {
    expect(freshnessOf(0, NOW, LIMITS)).toBe('unknown');
    expect(ageSeconds(0, NOW)).toBe(999_999);
  });

  test('an age is never negative: clocks differ', () => {
    expect(ageSeconds(NOW + 1_500, NOW)).toBe(0);
  });
});

describe('a record', () => {
  test('holds what the contract promises, in its order', () => {
    const numbered = agent(1, { number: '089 123456-01', numberE164: '+498912345601' });
    const list = record(numbered, calling, 'fresh');
    expect(Object.keys(list)).toEqual(FIELDS.filter(name => !LIST_ONLY_OMITS.has(name)));
    const answer = singleAnswer(list, 'email', { checkedAt: NOW - 4_000, ageSeconds: 4 });
    expect(Object.keys(answer)).toEqual(FIELDS);
    expect(answer).toEqual({
      status: 200,
      agentId: '1001',
      email: 'person1@contoso.com',
      userId: '00000000-0000-4000-8000-000000000001',
      displayName: 'Person 1',
      group: 'support',
      number: '498912345601',
      numberE164: '+498912345601',
      matchedBy: 'email',
      teamsAvailability: 'Busy',
      teamsActivity: 'InACall',
      outOfOffice: 0,
      telStatus: 1,
      telStatusText: 'busy',
      reachable: 0,
      known: 1,
      agentStatus: '',
      rule: 'in-a-call',
      changedAt: '2026-11-23T08:15:02Z',
      checkedAt: '2026-11-23T08:15:22Z',
      ageSeconds: 4,
      stale: 0,
      error: '',
      message: '',
    });
  });

  test.each([
    ['never seen', agent(1), undefined, 'unknown', { rule: 'never-seen', stale: 1 }],
    ['too old', agent(1), reading(presence('Available')), 'unknown', { rule: 'stale', stale: 1 }],
    ['stale but not too old', agent(1), reading(presence('Available')), 'stale', { rule: 'available', stale: 1 }],
    ['left out by Graph', agent(1), reading(presence('', '')), 'fresh', { rule: 'unknown', stale: 0 }],
    [
      'not in the directory',
      agent(1, { account: 'not-in-directory' }),
      undefined,
      'unknown',
      { rule: 'not-in-directory', stale: 0 },
    ],
    [
      'disabled',
      agent(1, { account: 'account-disabled' }),
      undefined,
      'unknown',
      { rule: 'account-disabled', stale: 0 },
    ],
  ] as const)('of somebody %s', (_case, who, seen, age, judged) => {
    expect(record(who, seen, age)).toMatchObject(judged);
    if (judged.rule !== 'available') {
      expect(record(who, seen, age)).toMatchObject({ reachable: 0, telStatus: 1, telStatusText: 'unknown' });
    }
  });

  test.each([
    ['never seen', agent(1), undefined, 'unknown', 0],
    ['too old', agent(1), reading(presence('Available')), 'unknown', 0],
    ['left out by Graph', agent(1), reading(presence('', '')), 'fresh', 0],
    ['PresenceUnknown', agent(1), reading(presence('PresenceUnknown')), 'fresh', 0],
    ['not in the directory', agent(1, { account: 'not-in-directory' }), undefined, 'unknown', 0],
    ['disabled', agent(1, { account: 'account-disabled' }), undefined, 'unknown', 1],
    ['stale', agent(1), reading(presence('Available')), 'stale', 1],
    ['busy', agent(1), reading(presence('Busy')), 'fresh', 1],
    ['of a value that nobody knows', agent(1), reading(presence('Hologram')), 'fresh', 1],
  ] as const)('of somebody %s says whether Teams tells anything usable', (_case, who, seen, age, known) => {
    expect(record(who, seen, age).known).toBe(known);
  });

  test('of level minimal names nobody and shows no Teams value', () => {
    const away = { ...calling, outOfOffice: true };
    const minimal = presenceRecord(agent(1), away, 'fresh', judged(agent(1), away, 'fresh').result, 'minimal');
    expect(minimal).toMatchObject({
      displayName: '',
      teamsAvailability: '',
      teamsActivity: '',
      outOfOffice: 0,
      changedAt: '',
    });
    expect(minimal).toMatchObject({ agentId: '1001', rule: 'in-a-call', reachable: 0 });
  });

  test.each([
    ['4711', ['4711'], '4711'],
    ['４７-11', ['4711'], '4711'],
    ['tel:4711;phone-context=+4989', ['4711'], '4711'],
    ['4711 x11', [], ''],
    ['+12', ['+4989123'], ''],
  ])('of %s only what finds the agent is given out', (number, numberKeys, shown) => {
    const who = agent(1, { number, numberKeys });
    expect(record(who, calling, 'fresh')).toMatchObject({ number: shown, numberE164: '' });
  });
});

test.each([300, 400, 404, 503])('a failure of status %i has every field of an answer', status => {
  const failure = singleFailure(status, 'word', 'A sentence.');
  expect(Object.keys(failure)).toEqual(FIELDS);
  expect(failure).toMatchObject({
    status,
    agentId: '',
    reachable: 0,
    telStatus: 1,
    telStatusText: 'unknown',
    stale: 1,
  });
  expect(Object.values(failure).every(value => typeof value === 'string' || typeof value === 'number')).toBe(true);
});
