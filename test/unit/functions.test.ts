import { expect, test, vi } from 'vitest';
import { logTo } from '../../functions/logTo.ts';
import { type Binding, coreHook } from '../../local/host/core.ts';
import { httpCall } from '../support/httpCall.ts';

const logged: string[] = [];
const loaded = coreHook((_level, message) => void logged.push(message));
await import('../../functions/index.ts');
const { functions } = loaded();
const triggers = functions.map(({ metadata }): Binding & { name: string } => {
  const trigger = Object.values(metadata.bindings).find(binding => binding.direction === 'in');
  return { ...trigger, name: metadata.name };
});

test('every route says who may call it, and only two answer without a key', () => {
  const routes = triggers.filter(({ type }) => type === 'httpTrigger');
  expect(routes.map(({ name }) => name).sort()).toEqual(
    ['agents', 'board', 'doctor', 'explain', 'health', 'live', 'matchReport', 'openapi', 'presence', 'rules'].sort(),
  );
  const open = routes.filter(route => route['authLevel'] !== 'function').map(({ name }) => name);
  expect(open).toEqual(['board', 'live']);
  for (const route of routes) expect(route['methods']).toEqual(expect.arrayContaining(['GET', 'HEAD']));
});

test('two timers run, with the default schedules when nothing is set', () => {
  const timers = triggers.filter(({ type }) => type === 'timerTrigger');
  expect(timers.map(({ name, ...timer }) => [name, timer['schedule']])).toEqual([
    ['pollPresence', '*/10 * * * * *'],
    ['syncDirectory', '0 0 * * * *'],
  ]);
});

test.each(
  functions
    .filter(({ metadata }) => !['board', 'live'].includes(metadata.name))
    .map(fn => [fn.metadata.name, fn] as const),
)('%s names the faulty setting, and does nothing', async (_name, { metadata, callback }) => {
  const context = httpCall.context();
  if (Object.values(metadata.bindings).some(({ type }) => type === 'timerTrigger')) {
    await callback({}, context);
    expect(context.lines.join('\n')).toContain('KEY_VAULT_URI');
    return;
  }
  const answer = (await callback(httpCall.request('GET', '/'), context)) as { status: number; body: string };
  expect(answer.status).toBe(503);
  expect(answer.body).toContain('KEY_VAULT_URI');
});

test('live says that the app is not configured, and not why', async () => {
  const live = functions.find(({ metadata }) => metadata.name === 'live');
  const answer = (await live?.callback(httpCall.request('GET', '/'), httpCall.context())) as { body: string };
  expect(answer.body).toContain('settings_fault');
  expect(answer.body).not.toContain('KEY_VAULT_URI');
});

test('an outage that fails every pull is one line a minute, which says how many there were', () => {
  const context = httpCall.context();
  const log = logTo(context as never);
  const fail = () => log('request.failed', { code: 'a_code_of_this_test', status: 503 });
  vi.spyOn(performance, 'now').mockReturnValue(1_000_000);
  // What other tests left unspoken is told here.
  log('pulls.served', {});
  context.lines.length = 0;
  for (let pull = 0; pull < 100; pull += 1) fail();
  expect(context.lines).toEqual(['request.failed {"code":"a_code_of_this_test","status":503,"requests":1}']);
  log('request.failed', { code: 'another_code_of_this_test', status: 200 });
  expect(context.lines).toHaveLength(2);
  vi.spyOn(performance, 'now').mockReturnValue(1_060_000);
  fail();
  expect(context.lines.at(-1)).toBe('request.failed {"code":"a_code_of_this_test","status":503,"requests":100}');
  for (let pull = 0; pull < 7; pull += 1) fail();
  vi.spyOn(performance, 'now').mockReturnValue(1_120_000);
  log('pulls.served', { pulls: 1 });
  expect(context.lines.slice(-2)).toEqual([
    'request.failed {"code":"a_code_of_this_test","status":503,"requests":7}',
    'pulls.served {"pulls":1}',
  ]);
  vi.restoreAllMocks();
});
