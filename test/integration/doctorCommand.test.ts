import { once } from 'node:events';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { doctor } from '../../local/commands/doctor.ts';
import { runCommandHere, typeAtTerminal } from '../support/command.ts';
import { runScript } from '../support/script.ts';
import { tenant } from '../support/tenant.ts';

const { state, settings, restore } = await tenant();
const { email, password } = state.serviceUser;
beforeEach(restore);

/** As it is built: the one file that is downloaded. */
const DOCTOR = path.join(import.meta.dirname, '..', '..', 'dist', 'doctor.mjs');

describe('npm run doctor', () => {
  const clouds = ['--authority', settings.entra.authorityHost, '--graph', settings.graph.endpoint];
  const five = (typed = password) =>
    [state.tenantId, state.clientId, state.clientSecret.value, email, typed, ''].join('\n');

  test('walks the five values before anything is deployed, and shows none of them', async () => {
    const { code, printed } = await runScript(DOCTOR, ['--values', ...clouds], five());
    expect(printed).toContain('✔ ok      The user signs in');
    expect(printed).toContain('✔ ok      A presence can be read');
    expect(code).toBe(0);
    for (const value of [state.clientSecret.value, password]) expect(printed).not.toContain(value);
    expect(printed).toContain('- skipped The vault can be read: not there yet');
    expect(printed.trim()).toMatch(/Everything is well\.$/);
  });

  const typed = (...values: readonly string[]) =>
    [
      'Directory (tenant) ID',
      'Application (client) ID',
      'Secret value',
      'User email address (empty: as the application)',
      'User password (empty: as the application)',
    ]
      .slice(0, values.length)
      .map((question, index): [string, string] => [question, values[index] ?? '']);

  test('asks for the five values at a terminal, and shows neither of the two secret ones', async () => {
    const lines = five().split('\n').slice(0, 5);
    const answers = typed(...lines.map(line => `${line}\r`));
    const { code, printed } = await typeAtTerminal(doctor, ['--values', ...clouds], answers);
    expect(printed).toContain(`Application (client) ID ${state.clientId}`);
    expect(printed.trim()).toMatch(/Everything is well\.$/);
    for (const value of [state.clientSecret.value, password]) expect(printed).not.toContain(value);
    expect(code).toBe(0);
  });

  test.each([
    ['Ctrl-C', 'first', typed('\x03')],
    ['Ctrl-C', 'third', typed('a\r', 'b\r', '\x03')],
    ['Ctrl-D', 'first', typed('\x04')],
    ['Ctrl-D', 'third', typed('a\r', 'b\r', '\x04')],
  ])('ends at %s, at the %s question', async (_key, _which, answers) => {
    const { code, printed } = await typeAtTerminal(doctor, ['--values', ...clouds], answers);
    expect(printed.trim()).toMatch(/Cancelled\.$/);
    expect(code).toBe(1);
  });

  test('ends with 1 when something has to be mended', async () => {
    const { code, printed } = await runCommandHere(doctor, ['--values', ...clouds], five('wrong'));
    expect(printed).toContain('✘ failed  The user signs in');
    expect(printed).toContain('AADSTS50126');
    expect(printed).toContain('next');
    expect(code).toBe(1);
    expect(state.serviceUser.wrongPasswords).toBe(1);
  });

  test('does not say that a refusal of the user is remembered: nothing is there', async () => {
    state.serviceUser.refuse = 50076;
    const { printed } = await runCommandHere(doctor, ['--values', ...clouds], five());
    expect(printed).toContain('AADSTS50076');
    expect(printed).not.toContain('remembered');
  });

  test('ends with 1 in an outage as well, and asks nobody to mend it', async () => {
    state.faults = [{ service: 'graph', path: 'getPresences', status: 503 }];
    const { code, printed } = await runCommandHere(doctor, ['--values', ...clouds], five());
    expect(printed).toContain('There is nothing to mend here');
    expect(printed).not.toContain('has to be mended');
    expect(printed.trim()).toMatch(/Not everything works: do what stands behind "next"\.$/);
    expect(code).toBe(1);
  });

  test('names values as it asked for them, and folds what waits into one line', async () => {
    const lines = five().split('\n');
    const { printed } = await runCommandHere(doctor, ['--values', ...clouds], ['', ...lines.slice(1)].join('\n'));
    expect(printed).toContain('"Directory (tenant) ID" is missing');
    expect(printed).not.toMatch(/teams-tenant-id|Key Vault|vault\b.*named/);
    expect(printed.match(/not checked/g)).toHaveLength(1);
    expect(printed).toContain('14 steps, from "The tenant exists" to "A presence can be read"');
    expect(printed.split('\n').length).toBeLessThan(24);
    const wrong = await runCommandHere(doctor, ['--values', ...clouds], lines.with(2, 'wrong').join('\n'));
    expect(wrong.printed).toContain('Give its value as "Secret value"');
  });

  test.each([
    ['a line break', 'pass\nword', 'more lines than the 5 values'],
    ['a break that only some programs know', 'pass\u2028word', 'User password'],
  ])('sends no password with %s', async (_what, password, sentence) => {
    const { wrongPasswords } = state.serviceUser;
    const { code, printed } = await runCommandHere(doctor, ['--values', ...clouds], five(password));
    expect(printed).toContain(sentence);
    expect(code).toBe(1);
    expect(state.serviceUser.wrongPasswords).toBe(wrongPasswords);
  });

  test('does not end in silence behind a proxy that hangs up', async () => {
    const proxy = createServer().on('connect', (_request, socket) => socket.destroy());
    await once(proxy.listen(0, '127.0.0.1'), 'listening');
    const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const through = { HTTPS_PROXY: address, NO_PROXY: '' };
    const { code, printed } = await runScript(DOCTOR, ['--values'], five(), through);
    proxy.close();
    expect(printed).toContain('✘ failed  The tenant exists: Entra cannot be reached');
    expect(printed).toContain('its proxy and --authority');
    expect(code).toBe(1);
  });

  test('names a device that opens the encryption, and what to set', async () => {
    const untrusting = { NODE_EXTRA_CA_CERTS: '' };
    const { code, printed } = await runScript(DOCTOR, ['--values', ...clouds], five(), untrusting);
    expect(printed).toContain('A device in between opens the encryption');
    expect(printed).toContain('set NODE_EXTRA_CA_CERTS');
    expect(printed).not.toMatch(/next .*(?:AUTHORITY_HOST|--authority)/);
    expect(code).toBe(1);
  });

  test('does the same as one file in an empty folder', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'doctor-'));
    const file = path.join(folder, 'doctor.mjs');
    await copyFile(DOCTOR, file);
    const { code, printed } = await runScript(file, ['--values', ...clouds], five());
    expect(printed).toContain('✔ ok      A presence can be read');
    expect(code).toBe(0);
    expect((await runScript(file)).printed).toContain('node doctor.mjs --values');
    await rm(folder, { recursive: true });
  });

  test('says how it is used', async () => {
    expect((await runScript('doctor.ts')).printed).toContain('npm run doctor -- --values');
  });
});
