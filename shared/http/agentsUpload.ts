import type { HttpRequest } from '@azure/functions';
import * as z from 'zod';
import { AGENT_ID } from '../domain/agentKey.ts';
import { type AgentsEdit, addOrUpdate, removeOne, replaceAll, replaceGroup } from '../domain/agentsEdit.ts';
import { type AgentsFile, readAgentsFile } from '../domain/agentsFile.ts';
import type { UploadOptions } from '../usecases/uploadAgents.ts';
import { RequestError } from './answers.ts';

const MAX_BYTES = 20 * 1024 * 1024;

const flag = z.enum(['0', '1']).default('0');
/** Names in lower case: the platform takes them in any case. */
const querySchema = z.strictObject({
  code: z.string().optional(),
  replaceall: flag,
  dryrun: flag,
  group: z.string().trim().min(1).max(128).optional(),
});

export interface AgentsChange {
  readonly edit: AgentsEdit;
  readonly options: UploadOptions;
  /** What was uploaded; undefined when an agent is removed. */
  readonly file: AgentsFile | undefined;
}

function kindOf(contentType: string | null): 'csv' | 'json' {
  const mediaType = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType === 'text/csv') return 'csv';
  if (mediaType === 'application/json') return 'json';
  throw new RequestError(415, 'media_type', 'Send the agents as text/csv or application/json.');
}

async function bodyOf(request: HttpRequest): Promise<Uint8Array> {
  const tooLarge = new RequestError(413, 'too_large', 'The body is over 20 MB.');
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BYTES) throw tooLarge;
  const bytes = new Uint8Array(await request.arrayBuffer());
  if (bytes.length > MAX_BYTES) throw tooLarge;
  // The platform hands a chunked upload over as an empty one: empty must never mean "no agents".
  if (bytes.length === 0) {
    throw new RequestError(400, 'empty_body', 'The body is empty. Send it with Content-Length, not chunked.');
  }
  return bytes;
}

/** The agentId in the path; undefined when the request is about all agents. @throws RequestError 400 */
export function agentIdOf(request: HttpRequest): string | undefined {
  const agentId = request.params['agentId'];
  if (agentId === undefined || AGENT_ID.test(agentId)) return agentId;
  throw new RequestError(400, 'malformed_key', 'The path holds no agentId: letters, digits and . _ @ -, up to 64.');
}

/** The generation an If-Match names; undefined when any will do. */
function basedOn(request: HttpRequest): string | undefined {
  const tag = request.headers.get('if-match')?.trim();
  return tag === undefined || tag === '*' ? undefined : tag.replace(/^W\//, '').replace(/^"|"$/g, '');
}

/** One agent as JSON object; the id stands in the path and may stand in the body too. */
function oneAgent(bytes: Uint8Array, agentId: string): AgentsFile {
  let item: unknown;
  try {
    item = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new RequestError(400, 'malformed_agents', 'Nothing was changed: the body is not JSON.');
  }
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    throw new RequestError(400, 'malformed_agents', 'Nothing was changed: the body is not one agent as JSON object.');
  }
  const file = readAgentsFile(new TextEncoder().encode(JSON.stringify([{ agentId, ...item }])), 'json');
  if (file.entries[0]?.entry.agentId === agentId) return file;
  throw new RequestError(
    400,
    'malformed_agents',
    'Nothing was changed: the agentId of the body is not that of the path.',
  );
}

/**
 * Reads what a request wants to change of the agents.
 * @throws RequestError 400, 413, 415; AgentsFileError for what is in the file
 */
export async function agentsChange(request: HttpRequest): Promise<AgentsChange> {
  const query = querySchema.safeParse(
    Object.fromEntries([...request.query].map(([name, value]) => [name.toLowerCase(), value])),
  );
  if (!query.success) {
    throw new RequestError(400, 'malformed_query', 'The query may hold replaceAll and dryRun, each 0 or 1, and group.');
  }
  const { replaceall, dryrun, group } = query.data;
  const agentId = agentIdOf(request);
  if (group !== undefined && (agentId !== undefined || request.method !== 'PUT')) {
    throw new RequestError(400, 'malformed_query', 'group belongs to PUT /api/v1/agents alone.');
  }
  const options = { replaceAll: replaceall === '1', dryRun: dryrun === '1', basedOn: basedOn(request) };
  if (request.method === 'DELETE') {
    if (agentId === undefined)
      throw new RequestError(400, 'malformed_key', 'Say which agent: DELETE /api/v1/agents/AGENTID.');
    return { edit: removeOne(agentId), options, file: undefined };
  }
  const kind = kindOf(request.headers.get('content-type'));
  const bytes = await bodyOf(request);
  if (agentId !== undefined) {
    if (request.method !== 'PUT' || kind !== 'json') {
      throw new RequestError(400, 'malformed_query', 'One agent is changed with PUT and a JSON object.');
    }
    const file = oneAgent(bytes, agentId);
    return { edit: addOrUpdate(file), options, file };
  }
  const file = readAgentsFile(bytes, kind);
  if (request.method === 'POST') return { edit: addOrUpdate(file), options, file };
  return { edit: group === undefined ? replaceAll(file) : replaceGroup(file, group), options, file };
}
