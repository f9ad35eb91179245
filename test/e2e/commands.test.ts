import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { rawRequest } from '../support/rawHttp.ts';
import { runScript } from '../support/script.ts';
import { stack } from '../support/stack.ts';

const { host, tenant, upload, poll } = await stack();
const asked = ['--url', host.url, '--key', host.keys.management];
const run = async (script: string, ...args: string[]) => {
  const { code, printed } = await runScript(script, [...args, ...asked]);
  return { code, printed: stripVTControlCharacters(printed) };
};

const [anna, ben] = tenant.state.people;
await upload(`agentId;email\n1;${anna?.userPrincipalName}\n2;${ben?.userPrincipalName}\n`, 'text/csv', '?replaceAll=1');
tenant.state.moveTo(anna?.id ?? '', 'InACall');
tenant.state.moveTo(ben?.id ?? '', 'Available');
await poll();

test('npm run explain says in one step why somebody gets no calls', async () => {
  const { code, printed } = await run('explain.ts', anna?.displayName.split(' ')[0]?.toLowerCase() ?? '');
  expect(printed).toContain(`${anna?.displayName} (1) gets no calls: activity is InACall.`);
  expect(printed).toContain('rule           in-a-call (strict rules)');
  expect(code).toBe(0);
  expect((await run('explain.ts', 'nobody at all')).printed).toContain('No agent has this key or name');
});

test('npm run rules shows, tries, sets and resets rules', async () => {
  expect((await run('rules.ts')).printed).toContain('The preset strict');
  const tried = await run('rules.ts', 'try', 'calls-only');
  expect(tried.printed).toContain('agents would change. Nothing was changed.');
  expect((await run('rules.ts', 'set', 'calls-only')).code).toBe(0);
  expect((await run('rules.ts')).printed).toContain('The preset calls-only');
  expect((await run('rules.ts', 'reset')).code).toBe(0);
  expect((await run('rules.ts')).printed).toContain('The preset strict');
});

test('names of presets and files are told apart, and refusals name options', async () => {
  expect((await run('rules.ts', 'try', 'strikt')).printed).toContain(
    '"strikt" is neither a preset (strict, acd-decides',
  );
  expect((await run('rules.ts', 'try', 'package-lock.json')).code).toBe(1);
  expect((await run('rules.ts', 'try', 'local/sample-agents.csv')).printed).toContain('the body is not JSON');
  const offering = JSON.stringify({ rules: [{ id: 'all', when: [{}], telStatus: 0, reachable: 1 }] });
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'rules-')), 'offering.json');
  writeFileSync(file, offering);
  const { code, printed } = await run('rules.ts', 'set', file);
  expect([code, printed]).toEqual([1, expect.stringContaining('--allow-calls')]);
});

test.each([
  ['agents.ts', 'upload', 'agents.csv'],
  ['rules.ts', 'try', 'strict'],
  ['explain.ts', 'anna'],
])('%s asks nobody when its options were lost on the way', async (script, ...words) => {
  const { code, printed } = await runScript(script, [...words, 'https://app.example.invalid', 'key']);
  expect(printed).toContain('stands there without --url. In PowerShell write npm.cmd');
  expect(code).toBe(1);
});

test('a wrong key and an address that does not answer are said in one sentence', async () => {
  const wrong = await runScript('explain.ts', ['anna', '--url', host.url, '--key', 'wrong']);
  expect([wrong.code, wrong.printed]).toEqual([1, expect.stringContaining('The key is not accepted')]);
  const nowhere = await runScript('rules.ts', ['--url', 'http://127.0.0.1:9', '--key', 'x']);
  expect([nowhere.code, nowhere.printed]).toEqual([1, expect.stringContaining('does not answer')]);
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
