import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { boardHandler } from '../../../../shared/http/board/handler.ts';
import { httpCall } from '../../../support/httpCall.ts';
import { world } from '../../../support/world.ts';

const { log } = world();
const FILES = { 'index.html': '<!doctype html>', 'app.js': 'start()', 'app.css': 'body{}' };
let boardFolder: string;

beforeAll(async () => {
  boardFolder = await mkdtemp(path.join(tmpdir(), 'board-'));
  for (const [name, text] of Object.entries(FILES)) await writeFile(path.join(boardFolder, name), text);
});
afterAll(() => rm(boardFolder, { recursive: true }));

const ask = (file?: string, headers: Record<string, string> = {}, board = true, folder = boardFolder) =>
  boardHandler({ board, boardFolder: folder, suspiciousAfterMs: 12 * 3_600_000 })(
    httpCall.request('GET', '/api/board', { headers, ...(file !== undefined && { params: { file } }) }),
    log,
  );
const headersOf = ({ headers }: { headers?: unknown }) => headers as Record<string, string>;

test.each([
  [undefined, FILES['index.html'], 'text/html'],
  ['app.js', FILES['app.js'], 'text/javascript'],
  ['app.css', FILES['app.css'], 'text/css'],
])('%s is served with its type and a policy without exceptions', async (file, text, type) => {
  const answer = await ask(file);
  expect([answer.status, String(answer.body)]).toEqual([200, text]);
  const { 'content-type': sent, 'content-security-policy': policy } = headersOf(answer);
  expect(sent).toContain(type);
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('unsafe');
});

test('with a slash behind it the page is elsewhere: it names its files from where it stands', async () => {
  const handler = boardHandler({ board: true, boardFolder, suspiciousAfterMs: 0 });
  const answer = await handler(httpCall.request('GET', '/api/board/'), log);
  expect([answer.status, headersOf(answer)['location']]).toEqual([308, '../board']);
});

test('who has the page already is told so without sending it again', async () => {
  const { etag = '' } = headersOf(await ask());
  const again = await ask(undefined, { 'if-none-match': etag });
  expect([again.status, again.body]).toEqual([304, undefined]);
  expect((await ask(undefined, { 'if-none-match': '"another"' })).status).toBe(200);
});

test.each(['../settings.ts', 'index.html', 'constructor', '__proto__', 'app.js.map'])('%s is no page', async file => {
  await expect(ask(file)).rejects.toMatchObject({ status: 404, code: 'no_such_page' });
});

test('the page is served with the hours after which Available is suspicious', async () => {
  const folder = path.join(boardFolder, 'hours');
  await mkdir(folder);
  await writeFile(path.join(folder, 'index.html'), '<meta name="suspicious-after-hours" content="12">');
  const handler = boardHandler({ board: true, boardFolder: folder, suspiciousAfterMs: 3 * 3_600_000 });
  const { body } = await handler(httpCall.request('GET', '/api/board'), log);
  expect(String(body)).toBe('<meta name="suspicious-after-hours" content="3">');
});

test('a board that is switched off is no page either', async () => {
  await expect(ask(undefined, {}, false)).rejects.toMatchObject({ status: 404 });
});

test('a page that could not be read once is read again', async () => {
  const folder = path.join(boardFolder, 'later');
  const handler = boardHandler({ board: true, boardFolder: folder, suspiciousAfterMs: 0 });
  const open = () => handler(httpCall.request('GET', '/api/board'), log);
  await expect(open()).rejects.toMatchObject({ code: 'ENOENT' });
  await mkdir(folder);
  await writeFile(path.join(folder, 'index.html'), 'there');
  expect((await open()).status).toBe(200);
});
