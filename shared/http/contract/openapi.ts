import * as z from 'zod';
import { rulesFileSchema } from '../../domain/rules/ruleSet.ts';
import { VERSION } from '../../version.ts';
import * as schemas from './schemas.ts';

type Json = Record<string, unknown>;
type Status = 200 | 300 | 400 | 404 | 409 | 412 | 413 | 415 | 503;

const COMPONENTS = '#/components/schemas/';

const STATUS_TEXT: Readonly<Record<Status | 304 | 401, string>> = {
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

/** What is uploaded; what an answer always has may be left out there. */
const uploads = z.registry<{ id: string }>();
const agentFile = z.strictObject(schemas.agentSchema.shape);
const oneAgentFile = agentFile.partial({ agentId: true });
uploads.add(agentFile, { id: 'AgentFile' });
uploads.add(oneAgentFile, { id: 'OneAgentFile' });
uploads.add(rulesFileSchema, { id: 'RulesFile' });

/** Every schema that has a name. */
function components(): Json {
  const uri = (id: string) => `${COMPONENTS}${id}`;
  const answers = z.toJSONSchema(z.globalRegistry, { uri, io: 'output' }).schemas;
  const files = z.toJSONSchema(uploads, { uri, io: 'input' }).schemas;
  return Object.fromEntries(
    Object.entries({ ...answers, ...files })
      .map(([name, { $schema, $id, id, ...schema }]) => [name, schema] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function uploaded(file: z.ZodType): Json {
  return { $ref: `${COMPONENTS}${uploads.get(file)?.id}` };
}

/** A reference to the schema of an answer; several when the form depends on what was asked for. */
function answered(...forms: readonly z.ZodType[]): Json {
  const references = forms.map(form => ({ $ref: `${COMPONENTS}${form.meta()?.['id']}` }));
  return references.length === 1 ? (references[0] ?? {}) : { oneOf: references };
}

const asJson = (schema: Json): Json => ({ 'application/json': { schema } });
const CSV: Json = { 'text/csv': { schema: { type: 'string' } } };

interface Responses {
  readonly ok: Json;
  readonly failed?: Json;
  readonly statuses?: readonly Status[];
  readonly also?: Json;
}

function responses({ ok, failed = answered(schemas.failureSchema), statuses = [], also = {} }: Responses): Json {
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

function query(name: string, description: string, schema: Json = { type: 'string' }, required = false): Json {
  return { name, in: 'query', description, required, schema };
}

const FLAG: Json = { enum: ['0', '1'], default: '0' };
const DRY_RUN = query('dryRun', '1 only reports what the change would do', FLAG);
const ALLOWANCES = [
  query('allowUnknownValues', '1 takes values that Microsoft does not list', FLAG),
  query('allowCalls', '1 takes rules that offer calls to people in a call', FLAG),
];
const IF_MATCH: Json = {
  name: 'If-Match',
  in: 'header',
  description: 'The ETag of the version that the change is based on',
  schema: { type: 'string' },
};
const IF_NONE_MATCH: Json = {
  name: 'If-None-Match',
  in: 'header',
  description: 'The ETag of the answer that the client has',
  schema: { type: 'string' },
};
const NOT_MODIFIED: Json = {
  304: {
    description: STATUS_TEXT[304],
    headers: { 'x-presence-age-seconds': { description: 'Age of the data', schema: { type: 'integer' } } },
  },
};
const AGENT_ID: Json = { name: 'agentId', in: 'path', required: true, schema: { type: 'string' } };
const KEY = 'agentId, object id, e-mail, alias or phone number; id:, mail: or tel: in front forces the kind';

function presencePaths(): Json {
  const one = {
    ok: asJson(answered(schemas.singleSchema)),
    failed: answered(schemas.singleSchema),
    statuses: [400, 404] as const,
    also: {
      ...NOT_MODIFIED,
      300: { description: STATUS_TEXT[300], content: asJson(answered(schemas.severalSchema)) },
    },
  };
  const list = {
    ok: asJson(answered(schemas.listSchema, schemas.singleSchema, schemas.nextSchema)),
    failed: answered(schemas.failureSchema, schemas.singleSchema, schemas.nextSchema),
  };
  return {
    '/api/v1/presence': {
      get: {
        summary: 'All agents; with key one agent, with next one change after the other',
        tags: ['For the ACD'],
        parameters: [
          query('key', KEY),
          query('group', 'Only agents of this group'),
          query('reachable', '1 only reachable agents', FLAG),
          query('agents', 'Only these agentIds, joined by commas, in this order'),
          query('changedSince', 'Only what changed since the revision of an answer before'),
          query('next', 'The cursor of the answer before; empty to start'),
          IF_NONE_MATCH,
        ],
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

function agentsPaths(): Json {
  const tags = ['Agents'];
  const refusals = [400, 409, 412, 413, 415] as const;
  const report = asJson(answered(schemas.uploadReportSchema));
  const agents = { type: 'array', items: answered(schemas.agentSchema) };
  const requestBody = {
    required: true,
    content: { ...CSV, ...asJson({ type: 'array', items: uploaded(agentFile) }) },
  };
  const group = query('group', 'Replace only the agents of this group');
  const replaceAll = query('replaceAll', '1 when it is meant to remove more than half of the agents', FLAG);
  const change = (summary: string, parameters: Json[]) => ({
    summary,
    tags,
    parameters: [...parameters, DRY_RUN, IF_MATCH],
    requestBody,
    responses: responses({ ok: report, statuses: refusals }),
  });
  return {
    '/api/v1/agents': {
      get: {
        summary: 'The agents as a file that uploads unchanged',
        tags,
        responses: responses({ ok: { ...asJson(agents), ...CSV } }),
      },
      put: change('Replaces all agents', [group, replaceAll]),
      post: change('Adds and updates agents; removes nobody', [replaceAll]),
    },
    '/api/v1/agents/{agentId}': {
      get: {
        summary: 'One agent as uploaded',
        tags,
        parameters: [AGENT_ID],
        responses: responses({ ok: asJson(answered(schemas.agentSchema)), statuses: [400, 404] }),
      },
      put: {
        summary: 'Adds or updates one agent',
        tags,
        parameters: [AGENT_ID, DRY_RUN, IF_MATCH],
        requestBody: { required: true, content: asJson(uploaded(oneAgentFile)) },
        responses: responses({ ok: report, statuses: refusals }),
      },
      delete: {
        summary: 'Removes one agent',
        tags,
        parameters: [AGENT_ID, DRY_RUN, IF_MATCH],
        responses: responses({ ok: report, statuses: [400, 404, 409, 412] }),
      },
    },
    '/api/v1/match-report': {
      get: {
        summary: 'What became of every agent in the directory',
        tags,
        responses: responses({ ok: { ...asJson(answered(schemas.matchReportSchema)), ...CSV } }),
      },
    },
  };
}

function rulesPaths(): Json {
  const tags = ['Rules'];
  const changed = asJson(answered(schemas.rulesChangedSchema));
  return {
    '/api/v1/rules': {
      get: {
        summary: 'The rules as a file that uploads unchanged',
        tags,
        responses: responses({ ok: asJson(answered(schemas.rulesSchema)) }),
      },
      put: {
        summary: 'Replaces the rules',
        tags,
        parameters: [DRY_RUN, ...ALLOWANCES, IF_MATCH],
        requestBody: { required: true, content: asJson(uploaded(rulesFileSchema)) },
        responses: responses({ ok: changed, statuses: [400, 409, 412, 413, 415] }),
      },
      delete: {
        summary: 'Restores the default rules',
        tags,
        parameters: [DRY_RUN, IF_MATCH],
        responses: responses({ ok: changed, statuses: [400, 412] }),
      },
    },
    '/api/v1/explain': {
      get: {
        summary: 'Why an agent is or is not reachable',
        tags,
        parameters: [query('key', KEY, { type: 'string' }, true)],
        responses: responses({ ok: asJson(answered(schemas.explanationSchema)), statuses: [300, 400, 404] }),
      },
    },
  };
}

function operationPaths(): Json {
  const tags = ['Operation'];
  return {
    '/api/v1/health': {
      get: {
        summary: 'How the connector is; 503 when it is down',
        tags,
        responses: responses({
          ok: asJson(answered(schemas.healthSchema)),
          failed: answered(schemas.healthSchema, schemas.healthFailureSchema),
        }),
      },
    },
    '/api/v1/doctor': {
      get: {
        summary: 'Walks the set-up guide step by step',
        tags,
        responses: responses({ ok: asJson(answered(schemas.doctorSchema)) }),
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
          404: { description: 'BOARD is off', content: asJson(answered(schemas.failureSchema)) },
        },
      },
    },
    '/api/live': {
      get: {
        summary: 'Whether the app runs; needs no key',
        tags,
        security: [],
        responses: {
          200: { description: STATUS_TEXT[200], content: asJson(answered(schemas.liveSchema)) },
          503: { description: STATUS_TEXT[503], content: asJson(answered(schemas.liveFailureSchema)) },
        },
      },
    },
  };
}

/** The HTTP contract as OpenAPI 3.1, made from the schemas that the app reads and answers by. */
export function openApiDocument(): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Teams presence connector for the jtel ACD',
      version: VERSION,
      description: 'Last-known Microsoft Teams presence of the mapped agents, and what rules make of it for the ACD.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [
      {
        url: 'https://{app}.azurewebsites.net',
        variables: { app: { default: 'APP', description: 'Name of the function app' } },
      },
    ],
    security: [{ header: [] }, { query: [] }],
    paths: { ...presencePaths(), ...agentsPaths(), ...rulesPaths(), ...operationPaths() },
    components: {
      securitySchemes: {
        header: { type: 'apiKey', in: 'header', name: 'x-functions-key' },
        query: { type: 'apiKey', in: 'query', name: 'code' },
      },
      schemas: components(),
    },
  };
}
