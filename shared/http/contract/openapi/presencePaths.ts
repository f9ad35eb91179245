import { KEY, PRESENCE_PARAMETERS } from '../parameters.ts';
import { failureSchema } from '../schemas/failure.ts';
import { listSchema, nextSchema, severalSchema, singleSchema } from '../schemas/presence.ts';
import { answered } from './components.ts';
import type { Json } from './json.ts';
import { asJson, IF_NONE_MATCH, NOT_MODIFIED, queries, responses, STATUS_TEXT } from './parts.ts';

export function presencePaths(): Json {
  const one = {
    ok: asJson(answered(singleSchema)),
    failed: answered(singleSchema),
    statuses: [400, 404] as const,
    also: {
      ...NOT_MODIFIED,
      300: { description: STATUS_TEXT[300], content: asJson(answered(severalSchema)) },
    },
  };
  const list = {
    ok: asJson(answered(listSchema, singleSchema, nextSchema)),
    failed: answered(failureSchema, singleSchema, nextSchema),
  };
  return {
    '/api/v1/presence': {
      get: {
        summary: 'All agents; with key one agent, with next one change after the other',
        tags: ['For the ACD'],
        parameters: [...queries(PRESENCE_PARAMETERS), IF_NONE_MATCH],
        responses: responses({ ...one, ...list }),
      },
    },
    '/api/v1/presence/{key}': {
      get: {
        summary: 'One agent',
        tags: ['For the ACD'],
        parameters: [
          { name: 'key', in: 'path', required: true, description: KEY, schema: { type: 'string' } },
          IF_NONE_MATCH,
        ],
        responses: responses(one),
      },
    },
  };
}
