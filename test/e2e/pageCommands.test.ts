import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Command } from '../../local/command.ts';
import { agents } from '../../local/commands/agents.ts';
import { doctor } from '../../local/commands/doctor.ts';
import { explain } from '../../local/commands/explain.ts';
import { rules } from '../../local/commands/rules.ts';
import { runCommandHere } from '../support/command.ts';
import { pageCommands, shellWords } from '../support/pageCommands.ts';
import { runProgram } from '../support/script.ts';
import { stack } from '../support/stack.ts';

const { host, upload, poll } = await stack();
const folder = mkdtempSync(path.join(tmpdir(), 'pages-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LIST = 'agentId;email\n1001;anna@contoso.com\n1002;jorg@contoso.com\n';
const file = (name: string) => path.join(folder, name);
writeFileSync(file('agents.csv'), LIST);
writeFileSync(file('preset.json'), '{"preset":"acd-decides"}');
await upload(LIST);
await poll();

/** The command with this stack in the place of the customer's app. */
function here(text: string): string {
  return text
    .replaceAll('https://APP.azurewebsites.net', host.url)
    .replaceAll('https://$APP.azurewebsites.net', host.url)
    .replaceAll('http://127.0.0.1:7071', host.url)
    .replace(
      /x-functions-key: (?:KEY|MANAGEMENT-KEY|ADMINISTRATORSCHLÜSSEL|\$PRESENCE_KEY|…)/,
      `x-functions-key: ${host.keys.management}`,
    )
    .replace(/--key (?:KEY|MANAGEMENT-KEY|ADMINISTRATORSCHLÜSSEL)/, `--key ${host.keys.management}`);
}

const unique = (commands: readonly string[]) => [...new Set(commands)];
const commands = pageCommands().map(({ text }) => text);
const curls = unique(
  commands.filter(text => /^curl(\.exe)? /.test(text)).map(text => here(text.replace('curl.exe', 'curl'))),
);
const scripts = unique(
  commands.flatMap(text =>
    [...text.matchAll(/npm run (?:agents|explain|rules|doctor) -- [^|&;]*/g)].map(([run]) => here(run.trim())),
  ),
).filter(text => text.includes('--url'));

const hasCurl = await runProgram('curl', ['--version']).then(
  ({ code }) => code === 0,
  () => false,
);

describe.skipIf(!hasCurl)('every curl of the pages', () => {
  test.each(curls)('%s', async text => {
    const [, ...words] = shellWords(text);
    const { printed } = await runProgram('curl', [...words, '-sS', '-w', '\n%{http_code}'], { cwd: folder });
    expect(printed.split('\n').at(-1), printed).toBe('200');
  });
});

const COMMANDS: Readonly<Record<string, Command>> = { agents, doctor, explain, rules };

test.each(scripts)('%s', async text => {
  const [, , name = '', , ...options] = shellWords(text);
  const command = COMMANDS[name];
  if (command === undefined) throw new Error(`There is no command ${name}.`);
  const key = options.includes('--key') ? [] : ['--key', host.keys.management];
  const words = options.map(word => (word.endsWith('.csv') ? file(word) : word));
  const { code, printed } = await runCommandHere(command, [...words, ...key]);
  expect(code, printed).toBe(0);
});

test('there are such commands', () => {
  expect(curls.length).toBeGreaterThan(6);
  expect(scripts.length).toBeGreaterThan(5);
});
