import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { agents } from '../../local/commands/agents.ts';
import { runCommandHere } from '../support/command.ts';
import { stack } from '../support/stack.ts';

const { host, list } = await stack();
const folder = await mkdtemp(path.join(tmpdir(), 'agents-'));
const FILE = path.join(folder, 'agents.csv');
afterAll(() => rm(folder, { recursive: true }));
const access = ['--url', host.url, '--key', host.keys.management];
const run = (...options: string[]) => runCommandHere(agents, [...options, ...access]);
const count = async () => (await list()).json['count'];

await writeFile(
  FILE,
  'Agenten-ID;E-Mail;Rufnummer\n1001;anna@contoso.com;\n1002;nobody@contoso.com;\n1003;;089 123456002\n',
);

test('a dry run shows the report and changes nothing', async () => {
  const { code, printed } = await run('upload', FILE, '--dry-run');
  expect([code, await count()]).toEqual([0, 0]);
  expect(printed).toContain('would be added 3');
  expect(printed).toMatch(/│ 3 +│ 1002 +│ not-found +│ Nobody in the tenant/);
  expect(printed).toContain('Nothing was changed');
});

test('an upload says what became of everybody, and the list comes back as a file', async () => {
  const { code, printed } = await run('upload', FILE);
  expect(code).toBe(0);
  expect(printed).toContain('agents 3   found 2   not found 1   disabled 0   pending 0');
  expect((await run('report')).printed).toContain('1002');
  const copy = path.join(folder, 'copy.csv');
  await run('download', copy);
  expect(await readFile(copy, 'utf8')).toContain('1003;;;089 123456002');
  expect((await run('upload', copy)).printed).toContain('added 0   removed 0');
});

test('a dry run says what an upload would be refused for, and who would be somebody else', async () => {
  await writeFile(FILE, 'agentId;email\n1001;jorg@contoso.com\n');
  const { code, printed } = await run('upload', FILE, '--dry-run');
  expect(code).toBe(0);
  expect(printed).toContain('would be removed 2   would be changed 1');
  expect(printed).toContain('needs --replace-all');
  expect(printed).toContain('stood for another person before');
});

test('what is refused is said in one sentence, with the option that means it', async () => {
  await writeFile(FILE, 'agentId;email\n1001;anna@contoso.com\n');
  const { code, printed } = await run('upload', FILE);
  expect([code, printed]).toEqual([1, expect.stringContaining('Repeat it with --replace-all')]);
  await writeFile(FILE, 'agentId;email\n1001;anna\n;maria@contoso.com\n');
  expect((await run('upload', FILE)).printed).toMatch(
    /line 2: email is not an e-mail address\n {2}line 3: agentId is missing/,
  );
  expect((await run('upload', path.join(folder, 'none.csv'))).printed).toContain('cannot be read');
  const wrong = await runCommandHere(agents, ['report', '--url', host.url, '--key', 'x']);
  expect([wrong.code, wrong.printed]).toEqual([1, expect.stringContaining('not the ACD’s')]);
  expect((await runCommandHere(agents, ['upload'])).printed).toContain('npm run agents -- upload FILE');
});
