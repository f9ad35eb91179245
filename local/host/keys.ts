import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface HostKeys {
  readonly master: string;
  /** Keys that open every function. */
  readonly host: readonly string[];
  /** Keys of single functions, by function name. */
  readonly functions: Readonly<Record<string, readonly string[]>>;
}

const HEADER = 'x-functions-key';

function equal(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/** The key a request brings: the header, even an empty one, hides `?code=`; of repeated ones the first counts. */
function presentedKey(request: IncomingMessage, query: URLSearchParams): string {
  const at = request.rawHeaders.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === HEADER);
  if (at >= 0) return request.rawHeaders[at + 1] ?? '';
  for (const [name, value] of query) if (name.toLowerCase() === 'code') return value;
  return '';
}

export function isMaster(keys: HostKeys, request: IncomingMessage, query: URLSearchParams): boolean {
  return equal(presentedKey(request, query), keys.master);
}

/** Whether the request may call the function. */
export function opens(
  keys: HostKeys,
  fn: { readonly name: string; readonly authLevel: string },
  request: IncomingMessage,
  query: URLSearchParams,
): boolean {
  if (fn.authLevel === 'anonymous') return true;
  if (isMaster(keys, request, query)) return true;
  if (fn.authLevel !== 'function') return false;
  const presented = presentedKey(request, query);
  return [...keys.host, ...(keys.functions[fn.name] ?? [])].some(key => equal(key, presented));
}
