import { expect, test } from 'vitest';
import { healthSchema } from '../../../../shared/http/contract/schemas/monitor.ts';
import { healthAnswer } from '../../../../shared/http/monitor/healthAnswer.ts';
import type { Health } from '../../../../shared/usecases/monitor/healthReporter.ts';

const NOW = Date.UTC(2026, 0, 31);
const DAY = 86_400_000;
const HEALTH: Health = {
  state: 'degraded',
  reason: 'The last poll met faults.',
  faults: ['First.', 'Second.', 'Third.', 'Fourth.'],
  lastPollAt: NOW - 5_000,
  lastSuccessAt: 0,
  agentsMapped: 5,
  agentsFound: 3,
  pulls: { lastAt: NOW, pulls: 7, renewed: 2, ageP50: 1, ageP99: 4 },
  secretExpiry: { at: NOW + 20 * DAY, source: 'vault' },
  passwordExpiry: { at: 0, source: '' },
  expiryHint: 'az …',
  signIn: 'delegated',
  now: NOW,
};
const bodyOf = (changes: Partial<Health> = {}) =>
  healthSchema.parse(JSON.parse(String(healthAnswer({ ...HEALTH, ...changes }, '1.2.3').body)));

test('a monitor without a JSON path reads every fact in a field of its own', () => {
  expect(bodyOf()).toMatchObject({
    status: 200,
    fault1: 'First.',
    fault3: 'Third.',
    lastPollAt: '2026-01-30T23:59:55Z',
    lastPollAgeSeconds: 5,
    lastSuccessAt: '',
    agentsFailed: 2,
    pullsLastHour: 7,
    secretDaysLeft: 20,
    secretExpiresOn: '2026-02-20',
    secretExpiry: 'warning',
    passwordDaysLeft: -1,
    passwordExpiresOn: '',
    passwordExpiry: 'unknown',
    version: '1.2.3',
  });
});

test('only what is down is a failure for whoever looks at the status alone', () => {
  const statuses = (['ok', 'degraded', 'down'] as const).map(state => healthAnswer({ ...HEALTH, state }, '1').status);
  expect(statuses).toEqual([200, 200, 503]);
  expect([bodyOf({ state: 'down', faults: [] }).status, bodyOf({ faults: [] }).fault1]).toEqual([503, '']);
});
