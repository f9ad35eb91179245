import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { HttpResponseInit } from '@azure/functions';
import { isKnown } from '../etag.ts';
import { RequestError, type RouteHandler } from '../response.ts';

/** The files of the page: nothing else can be asked for. */
const FILES = new Map([
  ['', { name: 'index.html', type: 'text/html; charset=utf-8' }],
  ['app.js', { name: 'app.js', type: 'text/javascript; charset=utf-8' }],
  ['app.css', { name: 'app.css', type: 'text/css; charset=utf-8' }],
]);

/** Nothing from elsewhere, nothing inline, no frame around it. */
const POLICY = [
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'",
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
].join('; ');
const HEADERS = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};

interface BoardRoute {
  /** Whether there is a board at all. */
  readonly board: boolean;
  /** Where its files lie. */
  readonly boardFolder: string;
  /** What the page points out as suspiciously long Available; 0 is off. */
  readonly suspiciousAfterMs: number;
}

interface BoardFile {
  readonly body: Buffer;
  readonly etag: string;
}

/** Read once for each process: the files change only with the app. */
const kept = new Map<string, BoardFile>();

const HOUR_MS = 3_600_000;
/** The one setting that the page knows. */
const SUSPICIOUS = /(?<=name="suspicious-after-hours" content=")\d+/;

async function load(file: string, suspiciousAfterMs: number): Promise<BoardFile> {
  const text = await readFile(file, 'utf8');
  const body = Buffer.from(text.replace(SUSPICIOUS, String(suspiciousAfterMs / HOUR_MS)));
  return { body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` };
}

/** The page that shows who may be called: static, without any data, so that nobody needs a key for it. */
export function boardHandler({ board, boardFolder, suspiciousAfterMs }: BoardRoute): RouteHandler {
  return async (request): Promise<HttpResponseInit> => {
    const file = FILES.get(request.params['file'] ?? '');
    if (!board || file === undefined) throw new RequestError(404, 'no_such_page', 'There is no such page.');
    // The page names its files from where it stands.
    if (new URL(request.url).pathname.endsWith('/'))
      return { status: 308, headers: { ...HEADERS, location: '../board' } };
    const place = path.join(boardFolder, file.name);
    const { body, etag } = kept.get(place) ?? (await load(place, suspiciousAfterMs));
    kept.set(place, { body, etag });
    const headers = { ...HEADERS, etag };
    if (isKnown(request.headers.get('if-none-match'), etag)) return { status: 304, headers };
    return { status: 200, headers: { ...headers, 'content-type': file.type }, body };
  };
}
