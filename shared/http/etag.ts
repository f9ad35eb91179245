import { createHash } from 'node:crypto';
import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { EVERY_ANSWER } from './response.ts';

/** A weak ETag: two answers with the same one say the same, though their ages may differ (RFC 9110, 8.8.1). */
export function weakEtag(...parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return `W/"${hash.digest('base64url').slice(0, 22)}"`;
}

/** Whether the client has this answer already: weak comparison, and a list of tags counts as each of them. */
export function isKnown(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null) return false;
  const opaque = (tag: string) => tag.trim().replace(/^W\//, '');
  return ifNoneMatch.split(',').some(tag => tag.trim() === '*' || opaque(tag) === opaque(etag));
}

/**
 * The answer with its ETag; or 304 when the client has it already, with what the ETag leaves out: how old it is.
 * @param ageSeconds age of the answer now
 */
export function withEtag(
  request: HttpRequest,
  etag: string,
  ageSeconds: number,
  answer: () => HttpResponseInit,
): HttpResponseInit {
  const headers = { ...EVERY_ANSWER, etag, 'x-presence-age-seconds': String(ageSeconds) };
  if (isKnown(request.headers.get('if-none-match'), etag)) return { status: 304, headers };
  const full = answer();
  return { ...full, headers: { ...(full.headers as Record<string, string>), ...headers } };
}

/** A version as strong ETag: what If-Match has to name. Before the first upload it is the empty one. */
export function versionTag(version: string): Record<string, string> {
  return { etag: `"${version}"` };
}

/** The versions an If-Match names; undefined when any will do. A weak tag names none (RFC 9110, 13.1.1). */
export function ifMatch(request: HttpRequest): readonly string[] | undefined {
  const tags = request.headers.get('if-match')?.split(',');
  if (tags === undefined || tags.some(tag => tag.trim() === '*')) return undefined;
  return tags.map(tag => tag.trim()).flatMap(tag => (/^W\//i.test(tag) ? [] : tag.replaceAll('"', '')));
}
