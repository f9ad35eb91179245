import { agentSchema, matchReportSchema, uploadReportSchema } from '../schemas/agents.ts';
import { agentFile, answered, oneAgentFile, uploaded } from './components.ts';
import type { Json } from './json.ts';
import { AGENT_ID, asJson, CSV, DRY_RUN, FLAG, IF_MATCH, query, responses } from './parts.ts';

export function agentsPaths(): Json {
  const tags = ['Agents'];
  const refusals = [400, 409, 412, 413, 415] as const;
  const report = asJson(answered(uploadReportSchema));
  const agents = { type: 'array', items: answered(agentSchema) };
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
        parameters: [query('group', 'Only the agents of this group')],
        responses: responses({ ok: { ...asJson(agents), ...CSV }, statuses: [400] }),
      },
      put: change('Replaces all agents', [group, replaceAll]),
      post: change('Adds and updates agents; removes nobody', [replaceAll]),
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
        responses: responses({ ok: { ...asJson(answered(matchReportSchema)), ...CSV }, statuses: [400] }),
      },
    },
  };
}
