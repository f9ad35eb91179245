import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Command } from '../../local/command.ts';
import { agents } from '../../local/commands/agents.ts';
import { doctor } from '../../local/commands/doctor.ts';
import { explain } from '../../local/commands/explain.ts';
import { rules } from '../../local/commands/rules.ts';
import manifest from '../../package.json' with { type: 'json' };
import { runCommandHere } from '../support/command.ts';
import { rawRequest } from '../support/rawHttp.ts';
import { runProgram } from '../support/script.ts';
import { stack } from '../support/stack.ts';

const { host, tenant, upload, poll } = await stack();
const asked = ['--url', host.url, '--key', host.keys.management];
const run = (command: Command, ...words: string[]) => runCommandHere(command, [...words, ...asked]);

const [anna, ben] = tenant.state.people;
await upload(`agentId;email\n1;${anna?.userPrincipalName}\n2;${ben?.userPrincipalName}\n`, 'text/csv', '?replaceAll=1');
tenant.state.moveTo(anna?.id ?? '', 'InACall');
tenant.state.moveTo(ben?.id ?? '', 'Available');
await poll();

test.each([
  { name: 'agents', words: ['report'], says: 'agents 2' },
  { name: 'doctor', words: [], says: 'For the administrator of the ACD' },
  { name: 'explain', words: ['1'], says: 'gets no calls' },
  { name: 'rules', words: [], says: 'The preset strict' },
] as const)('npm run $name starts it, and it ends with 0', async ({ name, words, says }) => {
  const [, ...script] = manifest.scripts[name].split(' ');
  const { code, printed } = await runProgram(process.execPath, [...script, ...words, ...asked]);
  expect(printed).toContain(says);
  expect(code).toBe(0);
});

test('npm run explain says in one step why somebody gets no calls', async () => {
  const { code, printed } = await run(explain, anna?.displayName.split(' ')[0]?.toLowerCase() ?? '');
  expect(printed).toContain(`${anna?.displayName} (1) gets no calls: activity is InACall.`);
  expect(printed).toContain('rule           in-a-call (strict rules)');
  expect(code).toBe(0);
  expect((await run(explain, 'nobody at all')).printed).toContain('No agent has this key or name');
});

test('npm run rules shows, tries, sets and resets rules', async () => {
  expect((await run(rules)).printed).toContain('The preset strict');
  const tried = await run(rules, 'try', 'calls-only');
  expect(tried.printed).toContain('agents would change. Nothing was changed.');
  expect((await run(rules, 'set', 'calls-only')).code).toBe(0);
  expect((await run(rules)).printed).toContain('The preset calls-only');
  expect((await run(rules, 'reset')).code).toBe(0);
  expect((await run(rules)).printed).toContain('The preset strict');
});

test('names of presets and files are told apart, and refusals name options', async () => {
  expect((await run(rules, 'try', 'strikt')).printed).toContain('"strikt" is neither a preset (strict, acd-decides');
  expect((await run(rules, 'try', 'package-lock.json')).code).toBe(1);
  expect((await run(rules, 'try', 'local/sample-agents.csv')).printed).toContain('the body is not JSON');
  const offering = JSON.stringify({ rules: [{ id: 'all', when: [{}], telStatus: 0, reachable: 1 }] });
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'rules-')), 'offering.json');
  writeFileSync(file, offering);
  const { code, printed } = await run(rules, 'set', file);
  expect([code, printed]).toEqual([1, expect.stringContaining('--allow-calls')]);
});

test.each([
  { name: 'agents', command: agents, words: ['upload', 'agents.csv'] },
  { name: 'rules', command: rules, words: ['try', 'strict'] },
  { name: 'explain', command: explain, words: ['anna'] },
])('$name asks nobody when its options were lost on the way', async ({ command, words }) => {
  const { code, printed } = await runCommandHere(command, [...words, 'https://app.example.invalid', 'key']);
  expect(printed).toContain('stands there without --url. In PowerShell write npm.cmd');
  expect(code).toBe(1);
});

test('a wrong key and an address that does not answer are said in one sentence', async () => {
  const wrong = await runCommandHere(explain, ['anna', '--url', host.url, '--key', 'wrong']);
  expect([wrong.code, wrong.printed]).toEqual([1, expect.stringContaining('The key is not accepted')]);
  const nowhere = await runCommandHere(rules, ['--url', 'http://127.0.0.1:9', '--key', 'x']);
  expect([nowhere.code, nowhere.printed]).toEqual([1, expect.stringContaining('does not answer')]);
});

test.each([
  { name: 'agents', command: agents, words: ['report'] },
  { name: 'doctor', command: doctor, words: [] },
  { name: 'explain', command: explain, words: ['anna'] },
  { name: 'rules', command: rules, words: [] },
])('$name says of a page of a gateway that it is none of the connector', async ({ command, words }) => {
  const gateway = createServer((_request, response) => response.writeHead(502).end('<html>Bad Gateway</html>'));
  await once(gateway.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
  const { code, printed } = await runCommandHere(command, [...words, '--url', url, '--key', 'x']);
  gateway.close();
  expect(printed).toContain(`${url} answered 502`);
  expect(code).toBe(1);
});

test('a page in a browser cannot steer the simulated tenant', async () => {
  const move = (headers: Record<string, string>) =>
    fetch(`${tenant.controlUrl}/move`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ person: anna?.displayName, activity: 'InAMeeting' }),
    });
  expect((await move({ origin: 'https://page.example' })).status).toBe(403);
  expect(tenant.state.shown(anna?.id ?? '').activity).toBe('InACall');
  expect((await move({})).status).toBe(200);
  // A name of the page's own that is made to lead to this machine.
  const { port } = new URL(tenant.controlUrl);
  const rebound = `GET /control/people HTTP/1.1\r\nHost: page.example:${port}\r\nConnection: close\r\n\r\n`;
  expect((await rawRequest(Number(port), rebound)).status).toBe(403);
});
