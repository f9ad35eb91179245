import { expect, test } from 'vitest';
import { StoreUnavailableError } from '../../../shared/errors/errors.ts';
import { agentsHandler, matchReportHandler } from '../../../shared/http/agents/handler.ts';
import { rulesHandler } from '../../../shared/http/rules/handler.ts';
import { agent } from '../../support/builders.ts';
import { httpCall } from '../../support/httpCall.ts';
import { watched } from '../../support/stores.ts';
import { world } from '../../support/world.ts';

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
  const handlers = {
    '/agents': agentsHandler({ ...route, upload: () => unused }),
    '/match-report': matchReportHandler(route),
    '/rules': rulesHandler({ ...route, changeRules: () => unused }),
  };
  const ask = async (path: keyof typeof handlers) => {
    const { status, headers, body } = await handlers[path](httpCall.request('GET', path), here.log);
    return { status, headers: headers as Record<string, string>, text: String(body) };
  };
  for (const path of ['/agents', '/match-report', '/rules'] as const)
    expect((await ask(path)).headers).not.toHaveProperty('x-presence-warning');
  out = true;
  here.time.advance(7_000);
  for (const path of ['/agents', '/match-report', '/rules'] as const) {
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
});
