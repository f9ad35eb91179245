import { expect, test } from 'vitest';
import { rulesHandler } from '../../../../shared/http/rules/handler.ts';
import { rulesChanger } from '../../../../shared/usecases/rules/rulesChanger.ts';
import { agent } from '../../../support/builders.ts';
import { httpCall } from '../../../support/httpCall.ts';
import { world } from '../../../support/world.ts';

const unused = () => Promise.reject(new Error('not asked'));
const headers = { 'content-type': 'application/json' };

async function setUp() {
  const here = world();
  await here.map([agent(1)]);
  await here.poller()();
  const reader = here.reader();
  const changeRules = rulesChanger({ ...here, reader, clock: here.time.clock });
  const handler = rulesHandler({ reader: () => reader, changeRules: () => changeRules, clock: here.time.clock });
  const call = async (...args: Parameters<typeof httpCall.request>) => {
    const { body, headers: sent } = await handler(httpCall.request(...args), here.log);
    return { json: JSON.parse(String(body)), etag: (sent as Record<string, string>)['etag'] };
  };
  return { ...here, call };
}

test('rules are tried, changed, given back and taken back', async () => {
  const { call, events } = await setUp();
  const before = await call('GET', '/rules');
  expect(before.json.preset).toBe('strict');
  const body = '{"preset":"acd-decides"}';
  expect((await call('PUT', '/rules?dryRun=1', { body, headers })).json).toMatchObject({ dryRun: 1 });
  expect(events.map(([name]) => name)).not.toContain('rules.changed');
  expect((await call('PUT', '/rules', { body, headers })).json).toMatchObject({ status: 200, preset: 'acd-decides' });
  expect(events.at(-1)?.[0]).toBe('rules.changed');
  const own = await call('GET', '/rules');
  expect(own.etag).not.toBe(before.etag);
  const outdated = call('PUT', '/rules', { body, headers: { ...headers, 'if-match': '"r0000000099-old"' } });
  await expect(outdated).rejects.toMatchObject({ code: 'changed_meanwhile' });
  await call('DELETE', '/rules');
  expect((await call('GET', '/rules')).json.preset).toBe('strict');
});

test('a dry run says that the rules would be refused', async () => {
  const { call } = await setUp();
  const catchAll = { id: 'all', when: [{}], telStatus: 0, reachable: 1 };
  const body = JSON.stringify({ rules: [catchAll] });
  expect((await call('PUT', '/rules?dryRun=1', { body, headers })).json).toMatchObject({ dryRun: 1, wouldRefuse: 1 });
  expect((await call('PUT', '/rules?dryRun=1&allowCalls=1', { body, headers })).json).toMatchObject({ wouldRefuse: 0 });
  await expect(call('PUT', '/rules', { body, headers })).rejects.toMatchObject({ code: 'would_offer' });
  await expect(call('GET', '/rules?preset=strict')).rejects.toMatchObject({ code: 'malformed_query' });
});

test('what is no JSON is refused', async () => {
  const { call } = await setUp();
  await expect(call('PUT', '/rules', { body: '{', headers })).rejects.toMatchObject({ code: 'malformed_rules' });
  await expect(call('PUT', '/rules', { body: '{}' })).rejects.toMatchObject({ status: 415 });
});

test('rules that are lost keep their tag, and count again when somebody brings them back', async () => {
  const here = await setUp();
  await here.call('PUT', '/rules', { body: '{"preset":"acd-decides"}', headers });
  const before = await here.call('GET', '/rules');
  let isLost = true;
  const reader = world({
    ...here,
    rules: { ...here.rules, read: id => (isLost ? noText : here.rules.read(id)) },
  }).reader();
  const noText = Promise.resolve(undefined);
  const handler = rulesHandler({ reader: () => reader, changeRules: () => unused, clock: here.time.clock });
  const preset = async () => {
    here.time.advance(1_000);
    const { body, headers: sent } = await handler(httpCall.request('GET', '/rules'), here.log);
    return [JSON.parse(String(body)).preset, (sent as Record<string, string>)['etag']];
  };
  expect(await preset()).toEqual(['strict', before.etag]);
  isLost = false;
  expect(await preset()).toEqual(['acd-decides', before.etag]);
});
