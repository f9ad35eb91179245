import { describe, expect, test } from 'vitest';
import { AgentsChangeRefused } from '../../../../shared/errors/errors.ts';
import { agentsHandler, matchReportHandler } from '../../../../shared/http/agents/handler.ts';
import { agentUploader } from '../../../../shared/usecases/agents/agentUploader.ts';
import { directoryOf, user } from '../../../support/directory.ts';
import { httpCall } from '../../../support/httpCall.ts';
import { world } from '../../../support/world.ts';

const CSV = { 'content-type': 'text/csv' };
const JSON_BODY = { 'content-type': 'application/json' };
const LIST = 'agentId;email;number;group\n1001;person1@contoso.com;4711;support\n1002;person2@contoso.com;;support\n';

function setUp() {
  const here = world();
  const directory = directoryOf([user(1), user(2), user(3)]);
  const reader = here.reader();
  const { clock } = here.time;
  const upload = agentUploader({ ...here, clock, directory, source: { kind: 'list' }, defaultCountry: 'DE' });
  const handler = agentsHandler({ reader: () => reader, upload: () => upload, defaultCountry: 'DE', clock });
  const call = async (...args: Parameters<typeof httpCall.request>) => {
    const { status = 200, body, headers } = await handler(httpCall.request(...args), here.log);
    return { status, body: String(body), headers: headers as Record<string, string> };
  };
  return { ...here, reader, call };
}

describe('the agents', () => {
  test('are uploaded, given back as they came, changed and removed one by one', async () => {
    const { call, events } = setUp();
    const uploaded = await call('PUT', '/agents', { body: LIST, headers: CSV });
    expect(JSON.parse(uploaded.body)).toMatchObject({ status: 200, count: 2, mapped: 2, added: 2, encoding: 'utf-8' });
    expect(events.at(-1)).toEqual(['agents.uploaded', expect.objectContaining({ count: 2, added: 2 })]);

    const csv = await call('GET', '/agents', { headers: { accept: 'text/csv' } });
    expect(csv.headers['content-type']).toContain('text/csv');
    const again = await call('PUT', '/agents', { body: csv.body, headers: CSV });
    expect(JSON.parse(again.body)).toMatchObject({ added: 0, removed: 0, changed: 0 });

    const one = { params: { agentId: '1003' }, headers: JSON_BODY };
    await call('PUT', '/agents/1003', { ...one, body: '{"email":"person3@contoso.com"}' });
    const found = await call('GET', '/agents/1003', one);
    expect(JSON.parse(found.body)).toMatchObject({ agentId: '1003', email: 'person3@contoso.com' });
    await call('DELETE', '/agents/1003', one);
    await expect(call('GET', '/agents/1003', one)).rejects.toMatchObject({ status: 404 });
  });

  test.each([
    ['without a body', { headers: CSV }, 400, 'empty_body'],
    ['of another media type', { body: 'x', headers: { 'content-type': 'application/pdf' } }, 415, 'media_type'],
    ['of one agent as CSV', { body: LIST, headers: CSV, params: { agentId: '1001' } }, 400, 'malformed_query'],
    ['of an impossible id', { body: '{}', headers: JSON_BODY, params: { agentId: 'a b' } }, 400, 'malformed_key'],
  ] as const)('an upload %s is refused, and changes nothing', async (_case, options, status, code) => {
    const { call, presence } = setUp();
    await expect(call('PUT', '/agents', options)).rejects.toMatchObject({ status, code });
    expect(await presence.readHead()).toBeUndefined();
  });

  test.each([
    ['of another agent', '{"agentId":"9"}'],
    ['of one agent as list', '[]'],
    ['of a rounded number', '{"number":4.98912E+11}'],
  ])('an upload %s is refused, and changes nothing', async (_case, body) => {
    const { call, presence } = setUp();
    const sent = { body, headers: JSON_BODY, params: { agentId: '8' } };
    const refused = call('PUT', '/agents/8', sent);
    await expect(refused).rejects.toBeInstanceOf(AgentsChangeRefused);
    await expect(refused).rejects.toMatchObject({ code: 'malformed_agents' });
    expect(await presence.readHead()).toBeUndefined();
  });

  test('a body that is declared too large is not read', async () => {
    const headers = { ...CSV, 'content-length': String(21 * 1024 * 1024) };
    await expect(setUp().call('PUT', '/agents', { body: 'x', headers })).rejects.toMatchObject({ status: 413 });
  });

  test('DELETE names one agent, and a group belongs to PUT alone', async () => {
    const { call } = setUp();
    await expect(call('DELETE', '/agents')).rejects.toMatchObject({ code: 'malformed_key' });
    const post = call('POST', '/agents?group=a', { body: LIST, headers: CSV });
    await expect(post).rejects.toMatchObject({ code: 'malformed_query' });
    await expect(call('PUT', '/agents?color=red', { body: LIST, headers: CSV })).rejects.toMatchObject({ status: 400 });
  });

  test.each(['M%EF%BF%BDnchen', 'Halle%0AZ9', '%00', '%20'])('a group %s is refused', async group => {
    const { call, presence } = setUp();
    const put = call('PUT', `/agents?group=${group}`, { body: LIST, headers: CSV });
    await expect(put).rejects.toMatchObject({ status: 400, code: 'malformed_query' });
    expect(await presence.readHead()).toBeUndefined();
    await expect(call('GET', `/agents?group=${group}`)).rejects.toMatchObject({ status: 400 });
  });

  test('of one group are a file that replaces this group; any other parameter is refused', async () => {
    const { call } = setUp();
    await call('PUT', '/agents', { body: LIST, headers: CSV });
    await call('PUT', '/agents?group=sales', { body: 'agentId;email\n1003;person3@contoso.com\n', headers: CSV });
    const { body } = await call('GET', '/agents?group=SALES');
    expect(JSON.parse(body)).toMatchObject([{ agentId: '1003', group: 'sales' }]);
    const inOtherCase = await call('PUT', '/agents?group=SALES', { body, headers: JSON_BODY });
    expect(JSON.parse(inOtherCase.body)).toMatchObject({ added: 0, removed: 0, changed: 0 });
    const again = await call('PUT', '/agents?group=sales', { body, headers: JSON_BODY });
    expect(JSON.parse(again.body)).toMatchObject({ added: 0, removed: 0, changed: 0 });
    await expect(call('GET', '/agents?foo=1')).rejects.toMatchObject({ code: 'malformed_query' });
    const one = { params: { agentId: '1003' } };
    await expect(call('GET', '/agents/1003?group=sales', one)).rejects.toMatchObject({ code: 'malformed_query' });
  });

  test('the change of a group replaces that group', async () => {
    const { call } = setUp();
    await call('PUT', '/agents', { body: LIST, headers: CSV });
    await call('PUT', '/agents?group=sales', { body: 'agentId;email\n1003;person3@contoso.com\n', headers: CSV });
    const list = JSON.parse((await call('GET', '/agents')).body) as { agentId: string; group: string }[];
    expect(list.map(({ agentId, group }) => `${agentId} ${group}`)).toEqual([
      '1001 support',
      '1002 support',
      '1003 sales',
    ]);
  });

  test('the match report comes as JSON, or as CSV', async () => {
    const { call, reader, log, time } = setUp();
    await call('PUT', '/agents', { body: 'agentId;email\n7;nobody@contoso.com\n', headers: CSV });
    const handler = matchReportHandler({ reader: () => reader, defaultCountry: 'DE', clock: time.clock });
    const json = await handler(httpCall.request('GET', '/match-report'), log);
    expect(JSON.parse(String(json.body))).toMatchObject({ count: 1, notFound: 1, syncFault: '' });
    const csv = await handler(httpCall.request('GET', '/match-report', { headers: { accept: 'text/csv' } }), log);
    expect(String(csv.body)).toContain('not-found');
  });
});
