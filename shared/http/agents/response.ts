import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { inGroup } from '../../domain/agents/agent.ts';
import { exportedCsv, exportedEntries } from '../../domain/agents/agentExport.ts';
import type { AgentFile } from '../../domain/agents/agentFile.ts';
import { matchReport } from '../../domain/agents/matchReport.ts';
import { isoTime } from '../../domain/snapshot/record.ts';
import type { Snapshot } from '../../domain/snapshot/snapshot.ts';
import { csvText } from '../../lib/csv.ts';
import type { UploadResult } from '../../usecases/agents/agentUploader.ts';
import type { AnswerOf } from '../contract/answerOf.ts';
import type { matchReportSchema, uploadReportSchema } from '../contract/schemas/agents.ts';
import { versionTag } from '../etag.ts';
import { LAST_COPY } from '../lastCopy.ts';
import { EVERY_ANSWER, json, RequestError } from '../response.ts';

/** The match report of a change. */
export function reportAnswer({ attention, ...counts }: UploadResult, file: AgentFile | undefined): HttpResponseInit {
  const read = file && { encoding: file.encoding, ignoredColumns: file.ignoredColumns };
  const body = { status: 200, ...counts, ...read, attention } satisfies AnswerOf<typeof uploadReportSchema>;
  return json(200, JSON.stringify(body), versionTag(counts.generation));
}

const REPORT_COLUMNS = ['line', 'agentId', 'problem', 'message'];

function wantsCsv(request: HttpRequest): boolean {
  return (request.headers.get('accept') ?? '').split(',').some(range => {
    const [type = '', ...parameters] = range.split(';').map(part => part.trim().toLowerCase());
    const isRefused = parameters.some(parameter => parameter.startsWith('q=') && Number(parameter.slice(2)) === 0);
    return type === 'text/csv' && !isRefused;
  });
}

function csv(body: string, fileName: string, tag: Record<string, string>): HttpResponseInit {
  const headers = {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="${fileName}"`,
    ...EVERY_ANSWER,
  };
  return { status: 200, body, headers: { ...headers, ...tag } };
}

/** The match report of the agents as they are now: JSON, or CSV if the client accepts that. */
export function matchReportAnswer(
  request: HttpRequest,
  { snapshot, fault }: { readonly snapshot: Snapshot; readonly fault: unknown },
  country: string,
): HttpResponseInit {
  const { agents, directory } = snapshot.head;
  const { attention, ...counts } = matchReport(snapshot.index.agents, 'all');
  const tag = versionTag(agents.id);
  if (wantsCsv(request)) return csv(csvText(attention, REPORT_COLUMNS, country), 'match-report.csv', tag);
  const synced = { syncedAt: isoTime(directory.succeededAt), syncFault: directory.fault?.message ?? '' };
  const warning = fault === undefined ? '' : LAST_COPY;
  const version = { generation: agents.id, ...synced, warning };
  const body = { status: 200, ...counts, ...version, attention } satisfies AnswerOf<typeof matchReportSchema>;
  return json(200, JSON.stringify(body), tag);
}

interface AskedAgents {
  readonly agentId: string | undefined;
  readonly group: string | undefined;
}

/** The list as a file that uploads unchanged, JSON or CSV as the client accepts; or a group or one agent of it. */
export function agentsAnswer(
  request: HttpRequest,
  snapshot: Snapshot,
  country: string,
  { agentId, group }: AskedAgents,
): HttpResponseInit {
  const tag = versionTag(snapshot.head.agents.id);
  const { agents, list } = snapshot.index;
  if (agentId !== undefined) {
    // A row of the list may stand for nobody now; who is only in the directory has none.
    const [entry] = exportedEntries([...list, ...agents].filter(agent => agent.agentId === agentId).slice(0, 1));
    if (entry === undefined) throw new RequestError(404, 'not_mapped', 'There is no agent of this agentId.');
    return json(200, JSON.stringify(entry), tag);
  }
  const rows = group === undefined ? list : list.filter(inGroup(group));
  return wantsCsv(request)
    ? csv(exportedCsv(rows, country), 'agents.csv', tag)
    : json(200, JSON.stringify(exportedEntries(rows)), tag);
}
