import { expect, test } from 'vitest';
import { StoreUnavailableError } from '../../../shared/errors/errors.ts';
import { agentsHandler, matchReportHandler } from '../../../shared/http/agents/handler.ts';
import { explainHandler } from '../../../shared/http/explain/handler.ts';
import { handle } from '../../../shared/http/response.ts';
import { rulesHandler } from '../../../shared/http/rules/handler.ts';
import { readFresh } from '../../../shared/usecases/read/readFresh.ts';
import { agent } from '../../support/builders.ts';
import { httpCall } from '../../support/httpCall.ts';
import { watched } from '../../support/stores.ts';
import { LIMITS, world } from '../../support/world.ts';

test('what an administrator reads while the tables are out says that it is a copy, and how old', async () => {
  const here = world();
  let out = false;
  const store = watched(here.presence, () => {
    if (out) throw new StoreUnavailableError('Out.');
  });
  await here.map([agent(1)]);
  await here.poller()();
  const { clock } = here.time;
  const reader = here.reader(store);
  const unused = () => Promise.reject(new Error('not asked'));
  const route = { reader: () => reader, defaultCountry: 'DE' as const, clock };
  const onDemand = { renew: () => undefined, takeLines: () => [] };
  const readPresence = readFresh({ reader, onDemand, ...here.time });
  const explaining = { ...route, readPresence: () => readPresence, suspiciousAfterMs: 0, limits: LIMITS };
  const handlers = {
    '/explain?key=1001': explainHandler(explaining),
    '/explain?key=9999': explainHandler(explaining),
    '/agents': agentsHandler({ ...route, upload: () => unused }),
    '/match-report': matchReportHandler(route),
    '/rules': rulesHandler({ ...route, changeRules: () => unused }),
  };
  const ask = async (path: keyof typeof handlers, options = {}) => {
    const call = handle(handlers[path], () => here.log);
    const { status, headers, body } = await call(httpCall.request('GET', path, options), httpCall.context() as never);
    return { status, headers: headers as Record<string, string>, text: String(body) };
  };
  const paths = ['/agents', '/match-report', '/rules', '/explain?key=1001'] as const;
  for (const path of paths) expect((await ask(path)).headers).not.toHaveProperty('x-presence-warning');
  out = true;
  here.time.advance(7_000);
  for (const path of paths) {
    const { status, headers } = await ask(path);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'x-presence-age-seconds': '7',
      'x-presence-warning': expect.stringContaining('last copy'),
      'cache-control': 'no-store',
    });
  }
  expect(JSON.parse((await ask('/match-report')).text)).toMatchObject({
    warning: expect.stringContaining('last copy'),
  });
  // Whoever was uploaded since the tables went is not in the copy.
  for (const missing of [await ask('/agents', { params: { agentId: '9999' } }), await ask('/explain?key=9999')]) {
    expect(missing.status).toBe(404);
    expect(missing.headers).toMatchObject({ 'x-presence-warning': expect.stringContaining('last copy') });
    expect(missing.text).toContain('last copy');
  }
});
