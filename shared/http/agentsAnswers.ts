import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import type { Agent } from '../domain/agent.ts';
import { exportedCsv, exportedEntries } from '../domain/agentsExport.ts';
import type { AgentsFile } from '../domain/agentsFile.ts';
import type { UploadResult } from '../usecases/uploadAgents.ts';
import { json, RequestError } from './answers.ts';
import { versionTag } from './etag.ts';

/** The match report of a change. */
export function reportAnswer({ attention, ...counts }: UploadResult, file: AgentsFile | undefined): HttpResponseInit {
  const read = file && { encoding: file.encoding, ignoredColumns: file.ignoredColumns };
  return json(200, JSON.stringify({ status: 200, ...counts, ...read, attention }), versionTag(counts.generation));
}

/** The list as a file that uploads unchanged, JSON or CSV as the client accepts; or one agent of it. */
export function agentsAnswer(
  request: HttpRequest,
  agents: readonly Agent[],
  generation: string,
  agentId: string | undefined,
): HttpResponseInit {
  const tag = versionTag(generation);
  if (agentId !== undefined) {
    const [entry] = exportedEntries(agents.filter(agent => agent.agentId === agentId));
    if (entry === undefined) throw new RequestError(404, 'not_mapped', 'There is no agent of this agentId.');
    return json(200, JSON.stringify(entry), tag);
  }
  if (!/\btext\/csv\b/i.test(request.headers.get('accept') ?? ''))
    return json(200, JSON.stringify(exportedEntries(agents)), tag);
  const headers = {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': 'attachment; filename="agents.csv"',
  };
  return { status: 200, body: exportedCsv(agents), headers: { ...headers, 'cache-control': 'no-store', ...tag } };
}
