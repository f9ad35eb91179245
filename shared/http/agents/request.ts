import type { HttpRequest } from '@azure/functions';
import { AGENT_ID } from '../../domain/agents/agent.ts';
import { type AgentFile, readAgentFile, readAgentObject } from '../../domain/agents/agentFile.ts';
import { addOrUpdate, type ListEdit, removeOne, replaceAll, replaceGroup } from '../../domain/agents/listEdit.ts';
import type { UploadOptions } from '../../usecases/agents/agentUploader.ts';
import { AGENTS_CHANGE_PARAMETERS, AGENTS_PARAMETERS } from '../contract/parameters.ts';
import { ifMatch } from '../etag.ts';
import { readQuery } from '../query.ts';
import { bodyOf, charsetOf, mediaTypeOf } from '../request.ts';
import { RequestError } from '../response.ts';

/** Which agents a file shall hold; all without a group. @throws RequestError 400 */
export function askedGroup(request: HttpRequest): string | undefined {
  const { group } = readQuery(request, AGENTS_PARAMETERS);
  if (group === undefined || agentIdOf(request) === undefined) return group;
  throw new RequestError(400, 'malformed_query', 'group belongs to the list of agents.');
}

interface AgentsChange {
  readonly edit: ListEdit;
  readonly options: UploadOptions;
  /** What was uploaded; undefined when an agent is removed. */
  readonly file: AgentFile | undefined;
}

/** The agentId in the path; undefined when the request is about all agents. @throws RequestError 400 */
export function agentIdOf(request: HttpRequest): string | undefined {
  const agentId = request.params['agentId'];
  if (agentId === undefined || AGENT_ID.test(agentId)) return agentId;
  throw new RequestError(400, 'malformed_key', 'The path holds no agentId: letters, digits and . _ @ -, up to 64.');
}

/**
 * Reads what a request wants to change of the agents.
 * @throws RequestError 400, 413, 415; AgentsChangeRefused and EncodingFault for what is in the file
 */
export async function agentsChange(request: HttpRequest): Promise<AgentsChange> {
  const { group, ...flags } = readQuery(request, AGENTS_CHANGE_PARAMETERS);
  const agentId = agentIdOf(request);
  if (group !== undefined && (agentId !== undefined || request.method !== 'PUT')) {
    throw new RequestError(400, 'malformed_query', 'group belongs to PUT /api/v1/agents alone.');
  }
  const options = { ...flags, ifMatch: ifMatch(request) };
  if (request.method === 'DELETE') {
    if (agentId === undefined)
      throw new RequestError(400, 'malformed_key', 'Say which agent: DELETE /api/v1/agents/AGENTID.');
    return { edit: removeOne(agentId), options, file: undefined };
  }
  const kind = mediaTypeOf(request, ['text/csv', 'application/json'], 'the agents') === 'text/csv' ? 'csv' : 'json';
  const bytes = await bodyOf(request);
  if (agentId !== undefined) {
    if (request.method !== 'PUT' || kind !== 'json') {
      throw new RequestError(400, 'malformed_query', 'One agent is changed with PUT and a JSON object.');
    }
    const file = await readAgentObject(bytes, agentId, charsetOf(request));
    return { edit: addOrUpdate(file), options, file };
  }
  const file = await readAgentFile(bytes, kind, charsetOf(request));
  if (request.method === 'POST') return { edit: addOrUpdate(file), options, file };
  return { edit: group === undefined ? replaceAll(file) : replaceGroup(file, group), options, file };
}
