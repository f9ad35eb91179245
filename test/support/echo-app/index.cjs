// An app that says what its functions got: the local host is held against the answers recorded from the real one.
const { setTimeout } = require('node:timers/promises');
const { app } = require('@azure/functions');

let ticks = 0;
let begun = 0;
let met = 0;
const often = { runs: 0, running: 0, most: 0 };

async function echo(request, context) {
  const body = await request.arrayBuffer();
  return {
    headers: { 'x-fn': context.functionName },
    jsonBody: {
      fn: context.functionName,
      method: request.method,
      url: request.url.replace(/^http:\/\/127\.0\.0\.1:\d+/, ''),
      params: request.params,
      query: [...request.query],
      headers: Object.fromEntries(request.headers),
      bodyLength: body.byteLength,
    },
  };
}

function http(name, route, options = {}) {
  app.http(name, { methods: ['GET'], authLevel: 'anonymous', route, handler: echo, ...options });
}

http('presence', 'v1/presence/{key}', { authLevel: 'function' });
http('itemGet', 'v1/item/{id}', { authLevel: 'function' });
http('itemPut', 'v1/item/{id}', { authLevel: 'function', methods: ['PUT'] });
http('itemSpecial', 'v1/item/special');
http('upload', 'v1/upload', { authLevel: 'function', methods: ['POST'] });
http('anon', 'v1/anon/{key}', { methods: ['GET', 'HEAD'] });
http('rest', 'v1/rest/{*path}');
http('opt', 'v1/opt/{n?}');
http('admin', 'v1/adm', { authLevel: 'admin' });
app.http('noroute', { authLevel: 'anonymous', handler: echo });
http('text', 'v1/text', { handler: () => ({ body: 'plain' }) });
http('bytes', 'v1/buf', { handler: () => ({ body: Buffer.from([0, 1, 255]) }) });
http('empty', 'v1/empty200', { handler: () => ({}) });
http('nothing', 'v1/undef', { handler: () => undefined });
http('string', 'v1/str', { handler: () => 'bare' });
http('boom', 'v1/boom', {
  handler: () => {
    throw new Error('boom');
  },
});
http('odd', 'v1/badstatus', { handler: () => ({ status: 599, body: 'x' }) });
http('missing', 'v1/s404', { handler: () => ({ status: 404, jsonBody: { e: 1 } }) });
http('redirect', 'v1/redir', { handler: () => ({ status: 302, headers: { location: '/x' } }) });
http('gone', 'v1/nocontent', { handler: () => ({ status: 204 }) });
http('etag', 'v1/etag', {
  handler: request => {
    const headers = { etag: '"abc"', 'cache-control': 'no-cache' };
    return request.headers.get('if-none-match') === '"abc"' ? { status: 304, headers } : { headers, body: 'hello' };
  },
});
http('ticks', 'v1/ticks', { handler: () => ({ jsonBody: { ticks, met, often } }) });
app.timer('tick', {
  schedule: '0 0 3 1 1 *',
  handler: (timer, context) => {
    ticks += timer.isPastDue === false && context.functionName === 'tick' ? 1 : 100;
  },
});
// A run that waits for another of the same timer.
app.timer('meet', {
  schedule: '0 0 3 1 1 *',
  handler: async () => {
    begun += 1;
    for (let waited = 0; waited < 8_000 && begun < 2; waited += 10) await setTimeout(10);
    met += begun === 2 ? 1 : 0;
  },
});
// Longer than from one of its times to the next.
app.timer('often', {
  schedule: '* * * * * *',
  handler: async () => {
    often.running += 1;
    often.most = Math.max(often.most, often.running);
    await setTimeout(1_200);
    often.running -= 1;
    often.runs += 1;
  },
});
// What the benchmark compares with: the same bytes from a function that does nothing else.
const constant = process.env.ECHO_BYTES ? require('node:fs').readFileSync(process.env.ECHO_BYTES) : Buffer.from('{}');
http('constant', 'v1/constant', {
  handler: () => ({ body: constant, headers: { 'content-type': 'application/json; charset=utf-8' } }),
});
http('unchanged', 'v1/unchanged', { handler: () => ({ status: 304, headers: { etag: '"abc"' } }) });
