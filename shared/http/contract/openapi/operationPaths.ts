import { failureSchema } from '../schemas/failure.ts';
import { doctorSchema, healthFailureSchema, healthSchema, liveFailureSchema, liveSchema } from '../schemas/monitor.ts';
import { answered } from './components.ts';
import type { Json } from './json.ts';
import { asJson, responses, STATUS_TEXT } from './parts.ts';

export function operationPaths(): Json {
  const tags = ['Operation'];
  return {
    '/api/v1/health': {
      get: {
        summary: 'How the connector is; 503 when it is down',
        tags,
        responses: responses({
          ok: asJson(answered(healthSchema)),
          failed: answered(healthSchema, healthFailureSchema),
        }),
      },
    },
    '/api/v1/doctor': {
      get: {
        summary: 'Walks the set-up guide step by step',
        tags,
        responses: responses({ ok: asJson(answered(doctorSchema)) }),
      },
    },
    '/api/openapi.json': {
      get: { summary: 'This document', tags, responses: responses({ ok: asJson({ type: 'object' }) }) },
    },
    '/api/board': {
      get: {
        summary: 'The page to look at; needs no key and holds no data',
        tags,
        security: [],
        responses: {
          200: { description: STATUS_TEXT[200], content: { 'text/html': { schema: { type: 'string' } } } },
          304: { description: STATUS_TEXT[304] },
          404: { description: 'BOARD is off', content: asJson(answered(failureSchema)) },
          503: { description: STATUS_TEXT[503], content: asJson(answered(liveFailureSchema)) },
        },
      },
    },
    '/api/live': {
      get: {
        summary: 'Whether the app runs; needs no key',
        tags,
        security: [],
        responses: {
          200: { description: STATUS_TEXT[200], content: asJson(answered(liveSchema)) },
          503: { description: STATUS_TEXT[503], content: asJson(answered(liveFailureSchema)) },
        },
      },
    },
  };
}
