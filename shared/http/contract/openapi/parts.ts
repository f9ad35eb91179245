import type { QueryParameter } from '../parameters.ts';
import { failureSchema } from '../schemas/failure.ts';
import { answered } from './components.ts';
import type { Json } from './json.ts';

type Status = 200 | 300 | 400 | 404 | 409 | 412 | 413 | 415 | 503;

export const STATUS_TEXT: Readonly<Record<Status | 304 | 401, string>> = {
  200: 'Found, or done',
  300: 'The key fits several agents',
  304: 'Nothing new; no body',
  400: 'The request cannot be read; nothing was changed',
  401: 'The key is missing or wrong; the platform answers, without a body',
  404: 'There is no such agent',
  409: 'The change was refused; nothing was changed',
  412: 'If-Match names another version; nothing was changed',
  413: 'The body is over 20 MB',
  415: 'The body has a media type that is not taken',
  503: 'A setting is faulty, or the tables cannot be read',
};

export const asJson = (schema: Json): Json => ({ 'application/json': { schema } });
export const CSV: Json = { 'text/csv': { schema: { type: 'string' } } };

interface Responses {
  readonly ok: Json;
  readonly failed?: Json;
  readonly statuses?: readonly Status[];
  readonly also?: Json;
}

export function responses({ ok, failed = answered(failureSchema), statuses = [], also = {} }: Responses): Json {
  const failures = [...new Set<Status>([...statuses, 503])].map(status => [
    status,
    { description: STATUS_TEXT[status], content: asJson(failed) },
  ]);
  return {
    200: { description: STATUS_TEXT[200], content: ok },
    ...Object.fromEntries(failures),
    401: { description: STATUS_TEXT[401] },
    ...also,
  };
}

const FLAG: Json = { enum: ['0', '1'], default: '0' };

/** Parameters of a query, as the document lists them. */
export function queries(parameters: Readonly<Record<string, QueryParameter>>): Json[] {
  return Object.values(parameters).map(({ name, description, isFlag, isRequired }) => ({
    name,
    in: 'query',
    description,
    required: isRequired,
    schema: isFlag ? FLAG : { type: 'string' },
  }));
}

export const IF_MATCH: Json = {
  name: 'If-Match',
  in: 'header',
  description: 'The ETag of the version that the change is based on',
  schema: { type: 'string' },
};
export const IF_NONE_MATCH: Json = {
  name: 'If-None-Match',
  in: 'header',
  description: 'The ETag of the answer that the client has',
  schema: { type: 'string' },
};
export const NOT_MODIFIED: Json = {
  304: {
    description: STATUS_TEXT[304],
    headers: {
      'x-presence-age-seconds': { description: 'Age of the data', schema: { type: 'integer' } },
      'x-graph-request-id': {
        description: "Of one agent: Microsoft's id of the request that the state came from",
        schema: { type: 'string' },
      },
    },
  },
};
export const AGENT_ID: Json = { name: 'agentId', in: 'path', required: true, schema: { type: 'string' } };
