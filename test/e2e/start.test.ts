import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { outsideAddresses } from '../../local/addresses.ts';
import { simulate } from '../../local/commands/simulate.ts';
import { runCommandHere } from '../support/command.ts';

/** It starts the product, and two commands beside it. */
const WHOLE_START_MS = 90_000;
const PROJECT = path.join(import.meta.dirname, '..', '..');
const running: ChildProcess[] = [];
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** Runs a script of the project as npm does; collects what it prints. */
function run(script: string, ...options: string[]) {
  const env = { ...process.env, POLL_SCHEDULE: '* * * * * *', NO_COLOR: '1', FORCE_COLOR: undefined };
  const child = spawn(process.execPath, [path.join(PROJECT, 'local', script), ...options], { cwd: PROJECT, env });
  running.push(child);
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (printed += chunk));
  return { child, printed: () => printed, ended: once(child, 'close').then(([code]) => code as number) };
}

async function started(...options: string[]) {
  const start = run('start.ts', '--port', '0', ...options);
  await expect.poll(start.printed, { timeout: 30_000 }).toContain('Ctrl-C ends everything');
  const [, key = '', url = ''] = /x-functions-key: (\S+)" "(\S+)"/.exec(start.printed()) ?? [];
  const ask = async () =>
    (await fetch(url, { headers: { 'x-functions-key': key } })).json() as Promise<Record<string, unknown>>;
  return { ...start, url, port: /127\.0\.0\.1:(\d+)/.exec(start.printed())?.[1] ?? '', ask };
}

test('npm start serves, shows a person’s change, and ends without a trace', { timeout: WHOLE_START_MS }, async () => {
  const { child, ended, ask, url, port, printed } = await started('--speed', '0');
  expect(printed()).toContain('agents uploaded: 12, found in the tenant: 12');
  expect(printed()).not.toContain('can be reached by others');
  for (const outside of outsideAddresses('0.0.0.0'))
    await expect(fetch(url.replace('127.0.0.1', outside))).rejects.toThrow();
  expect(await ask()).toMatchObject({ status: 200, agentId: '1001', displayName: 'Anna Beck', stale: 0 });

  const moved = run('simulate.ts', 'anna', 'InACall', '--port', port);
  expect(await moved.ended).toBe(0);
  expect(moved.printed()).toContain('Anna Beck (1001) is now Busy / InACall');
  await expect.poll(async () => (await ask())['rule'], { timeout: 11_000 }).toBe('in-a-call');

  expect(await runCommandHere(simulate, ['--port', port])).toEqual({
    code: 0,
    printed: expect.stringContaining('Anna Beck'),
  });
  for (const [code, says, ...words] of [
    [0, 'No service is out', 'outage'],
    [0, 'graph is out now', 'outage', 'graph', 'on'],
    [0, 'graph is out; npm run simulate -- outage graph off ends it.', 'outage'],
    [0, 'graph serves again', 'outage', 'graph', 'off'],
    [1, '"grahp" is none of the services graph, entra, vault, tables', 'outage', 'grahp', 'on'],
    [1, 'Say on or off, not "of"', 'outage', 'graph', 'of'],
  ] as const) {
    const outage = await runCommandHere(simulate, [...words, '--port', port]);
    expect(outage).toEqual({ code, printed: expect.stringContaining(says) });
  }

  const second = run('start.ts', '--port', port);
  expect(await second.ended).toBe(1);
  expect(second.printed()).toContain(`Port ${port} is taken. Choose another: npm start -- --port`);

  child.kill('SIGINT');
  expect(await ended).toBe(0);
  await expect(fetch(url)).rejects.toThrow();
  const late = await runCommandHere(simulate, ['anna', 'InACall', '--port', port]);
  expect(late).toEqual({ code: 1, printed: expect.stringContaining('Run npm start first') });
});

test('it takes more people, and with a file of one’s own the example and simulate speak of its agents', {
  timeout: WHOLE_START_MS,
}, async () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'agents-')), 'own.csv');
  writeFileSync(file, 'agentId;email\n2001;anna@contoso.com\n');
  const { child, ended, ask, port, printed } = await started(
    '--speed',
    '0',
    '--people',
    '700',
    '--seed',
    '1',
    '--agents',
    file,
  );
  expect(printed()).toContain('agents uploaded: 1');
  expect(await ask()).toMatchObject({ status: 200, agentId: '2001' });
  const own = await runCommandHere(simulate, ['2001', 'inacall', '--port', port]);
  expect(own.printed).toContain('Anna Beck (2001) is now Busy / InACall; the ACD sees it');
  const other = await runCommandHere(simulate, ['clara', 'Hologram', '--port', port]);
  expect(other.printed).toContain('no agent stands for this person');
  expect(other.printed).toContain('Microsoft does not list "Hologram"');
  child.kill('SIGHUP');
  expect(await ended).toBe(0);
});

test('a file without agents is refused in words', async () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'agents-')), 'none.csv');
  writeFileSync(file, 'agentId;email\n');
  const { ended, printed } = run('start.ts', '--port', '0', '--agents', file);
  expect(await ended).not.toBe(0);
  expect(printed()).toContain('there is a header and no row');
});

test.each([
  [['--people', 'many'], '--people must be a whole number from 1 to 20000'],
  [['--host', '10.255.255.254'], 'no address of this machine'],
  [['--nonsense'], '--nonsense'],
  [['--agents', 'nowhere.csv'], 'nowhere.csv'],
])('%j is refused in words', async (options, words) => {
  const { ended, printed } = run('start.ts', '--port', '0', ...options);
  expect(await ended).not.toBe(0);
  expect(printed()).toContain(words);
});
