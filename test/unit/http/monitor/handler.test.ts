import { expect, test } from 'vitest';
import { doctorHandler, healthHandler, liveHandler, openApiHandler } from '../../../../shared/http/monitor/handler.ts';
import { healthReporter } from '../../../../shared/usecases/monitor/healthReporter.ts';
import { pullMonitor } from '../../../../shared/usecases/monitor/pullMonitor.ts';
import { httpCall } from '../../../support/httpCall.ts';
import { LIMITS, world } from '../../../support/world.ts';

const here = world();
const request = httpCall.request('GET', '/');
const bodyOf = ({ body }: { body?: unknown }) => JSON.parse(String(body));

test('health answers with its own status', async () => {
  const health = healthReporter({
    reader: here.reader(),
    pulls: pullMonitor(here.time),
    limits: LIMITS,
    clock: here.time.clock,
    vaultName: 'contoso',
  });
  const answer = await healthHandler({ health: () => health })(request, here.log);
  expect([answer.status, bodyOf(answer).state]).toEqual([503, 'down']);
});

test('the doctor’s report ends with what the ACD needs', async () => {
  const doctor = async () => ({ state: 'ok' as const, steps: [], ageSeconds: 12 });
  const answer = bodyOf(await doctorHandler({ doctor: () => doctor, lagSeconds: 2 })(request, here.log));
  expect(answer).toMatchObject({
    status: 200,
    state: 'ok',
    ageSeconds: 12,
    jtel: { baseUrl: 'http://localhost/api/v1/presence' },
  });
});

test('live and the contract answer without anything else', async () => {
  expect(bodyOf(await liveHandler(request, here.log))).toMatchObject({ status: 200 });
  expect(bodyOf(await openApiHandler(request, here.log))).toMatchObject({ openapi: '3.1.0' });
});
