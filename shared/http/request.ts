import type { HttpRequest } from '@azure/functions';
import { RequestError } from './response.ts';

const MAX_BYTES = 20 * 1024 * 1024;

/** Whether the request changes nothing. */
export function isRead({ method }: HttpRequest): boolean {
  return method === 'GET' || method === 'HEAD';
}

type MediaType = 'text/csv' | 'application/json';

/**
 * What kind of body the request says it has.
 * @param what is sent, for the sentence
 * @throws RequestError 415 when it is none of those that are taken
 */
export function mediaTypeOf<T extends MediaType>(request: HttpRequest, taken: readonly T[], what: string): T {
  const sent = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  const type = taken.find(candidate => candidate === sent);
  if (type !== undefined) return type;
  throw new RequestError(415, 'media_type', `Send ${what} as ${taken.join(' or ')}: set the header Content-Type.`);
}

/** The charset that the request states for its body; undefined when it states none. */
export function charsetOf(request: HttpRequest): string | undefined {
  return /;\s*charset\s*=\s*["']?([\w.:-]{1,40})/i.exec(request.headers.get('content-type') ?? '')?.[1];
}

/** The body, complete. @throws RequestError 400 when it is empty, 413 when it is too large */
export async function bodyOf(request: HttpRequest): Promise<Uint8Array> {
  const tooLarge = new RequestError(413, 'too_large', 'The body is over 20 MB.');
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BYTES) throw tooLarge;
  const bytes = new Uint8Array(await request.arrayBuffer());
  if (bytes.length > MAX_BYTES) throw tooLarge;
  // The platform hands a chunked upload over as an empty one: empty must never mean "nothing".
  if (bytes.length === 0) {
    throw new RequestError(400, 'empty_body', 'The body is empty. Send it with Content-Length, not chunked.');
  }
  return bytes;
}
