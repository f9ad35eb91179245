import type { HttpRequest } from '@azure/functions';
import { z } from 'zod';
import { type AgentsFile, readAgentsFile } from '../domain/agentsFile.ts';
import { RequestError } from './answers.ts';

const MAX_BYTES = 20 * 1024 * 1024;

/** Names in lower case: the platform takes them in any case. */
const querySchema = z.strictObject({ code: z.string().optional(), replaceall: z.enum(['0', '1']).default('0') });

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

/**
 * Reads an upload of agents.
 * @throws RequestError 400, 413, 415; AgentsFileError for what is in the file
 */
export async function agentsUpload(request: HttpRequest): Promise<{ file: AgentsFile; replaceAll: boolean }> {
  const query = querySchema.safeParse(
    Object.fromEntries([...request.query].map(([name, value]) => [name.toLowerCase(), value])),
  );
  if (!query.success) {
    throw new RequestError(400, 'malformed_query', 'The only query parameter is replaceAll, with the value 0 or 1.');
  }
  const kind = kindOf(request.headers.get('content-type'));
  return { file: readAgentsFile(await bodyOf(request), kind), replaceAll: query.data.replaceall === '1' };
}
