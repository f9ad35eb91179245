import { AGENTS_CHANGE_PARAMETERS, AGENTS_PARAMETERS, type QueryParameter } from '../parameters.ts';
import { agentSchema, matchReportSchema, uploadReportSchema } from '../schemas/agents.ts';
import { agentFile, answered, oneAgentFile, uploaded } from './components.ts';
import type { Json } from './json.ts';
import { AGENT_ID, asJson, CSV, IF_MATCH, queries, responses } from './parts.ts';

export function agentsPaths(): Json {
  const tags = ['Agents'];
  const refusals = [400, 409, 412, 413, 415] as const;
  const report = asJson(answered(uploadReportSchema));
  const agents = { type: 'array', items: answered(agentSchema) };
  const requestBody = {
    required: true,
    content: { ...CSV, ...asJson({ type: 'array', items: uploaded(agentFile) }) },
  };
  const { dryRun, replaceAll } = AGENTS_CHANGE_PARAMETERS;
  const change = (summary: string, parameters: Readonly<Record<string, QueryParameter>>) => ({
    summary,
    tags,
    parameters: [...queries(parameters), IF_MATCH],
    requestBody,
    responses: responses({ ok: report, statuses: refusals }),
  });
  return {
    '/api/v1/agents': {
      get: {
        summary: 'The agents as a file that uploads unchanged',
        tags,
        parameters: queries(AGENTS_PARAMETERS),
        responses: responses({ ok: { ...asJson(agents), ...CSV }, statuses: [400] }),
      },
      put: change('Replaces all agents', AGENTS_CHANGE_PARAMETERS),
      post: change('Adds and updates agents; removes nobody', { replaceAll, dryRun }),
    },
    '/api/v1/agents/{agentId}': {
      get: {
        summary: 'One agent as uploaded',
        tags,
        parameters: [AGENT_ID],
        responses: responses({ ok: asJson(answered(agentSchema)), statuses: [400, 404] }),
      },
      put: {
        summary: 'Adds or updates one agent',
        tags,
        parameters: [AGENT_ID, ...queries({ dryRun }), IF_MATCH],
        requestBody: { required: true, content: asJson(uploaded(oneAgentFile)) },
        responses: responses({ ok: report, statuses: refusals }),
      },
      delete: {
        summary: 'Removes one agent',
        tags,
        parameters: [AGENT_ID, ...queries({ dryRun }), IF_MATCH],
        responses: responses({ ok: report, statuses: [400, 404, 409, 412] }),
      },
    },
    '/api/v1/match-report': {
      get: {
        summary: 'What became of every agent in the directory',
        tags,
        responses: responses({ ok: { ...asJson(answered(matchReportSchema)), ...CSV }, statuses: [400] }),
      },
    },
  };
}
