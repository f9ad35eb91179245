import type { HttpResponseInit } from '@azure/functions';
import { ageSeconds } from '../../domain/presence/freshness.ts';
import { daysLeft, expiryDate, expiryState } from '../../domain/signIn/expiry.ts';
import { isoTime } from '../../domain/snapshot/record.ts';
import type { Health } from '../../usecases/monitor/healthReporter.ts';
import type { AnswerOf } from '../contract/answerOf.ts';
import type { healthSchema } from '../contract/schemas/monitor.ts';
import { json } from '../response.ts';

/** Health as a monitor reads it: flat, because it may have no JSON path; its status is a failure when it is down. */
export function healthAnswer(health: Health, version: string): HttpResponseInit {
  const { now, faults, pulls, secretExpiry, passwordExpiry } = health;
  const status = health.state === 'down' ? 503 : 200;
  const fault = (index: number) => faults[index] ?? '';
  const body: AnswerOf<typeof healthSchema> = {
    status,
    state: health.state,
    reason: health.reason,
    fault1: fault(0),
    fault2: fault(1),
    fault3: fault(2),
    lastPollAt: isoTime(health.lastPollAt),
    lastPollAgeSeconds: ageSeconds(health.lastPollAt, now),
    lastSuccessAt: isoTime(health.lastSuccessAt),
    agentsMapped: health.agentsMapped,
    agentsFound: health.agentsFound,
    agentsFailed: health.agentsMapped - health.agentsFound,
    lastPullAt: isoTime(pulls.lastAt),
    pullsLastHour: pulls.pulls,
    pullsRenewed: pulls.renewed,
    pullAgeP50: pulls.ageP50,
    pullAgeP99: pulls.ageP99,
    secretDaysLeft: daysLeft(secretExpiry, now),
    secretExpiresOn: expiryDate(secretExpiry),
    secretExpirySource: secretExpiry.source,
    secretExpiry: expiryState(secretExpiry, now),
    passwordDaysLeft: daysLeft(passwordExpiry, now),
    passwordExpiresOn: expiryDate(passwordExpiry),
    passwordExpirySource: passwordExpiry.source,
    passwordExpiry: expiryState(passwordExpiry, now),
    expiryHint: health.expiryHint,
    signIn: health.signIn,
    version,
  };
  return json(status, JSON.stringify(body));
}
