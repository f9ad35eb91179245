import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import template from '../../infra/azuredeploy.json' with { type: 'json' };
import { KEYED_FUNCTIONS } from '../../local/stack.ts';
import manifest from '../../package.json' with { type: 'json' };
import { openApiDocument } from '../../shared/http/contract/openapi.ts';
import { pageCommands } from '../support/pageCommands.ts';

const PROJECT = path.join(import.meta.dirname, '..', '..');

/** What the pages use of the Azure CLI, with its options (learn.microsoft.com/cli/azure). */
const AZ: Readonly<Record<string, readonly string[]>> = {
  'account show': ['--query', '-o'],
  'ad app create': ['--display-name', '--sign-in-audience', '--query', '-o'],
  'ad app credential reset': ['--id', '--append', '--years', '--cert', '--query', '-o'],
  'ad app delete': ['--id'],
  'ad app federated-credential create': ['--id', '--parameters'],
  'ad app owner add': ['--id', '--owner-object-id'],
  'ad app permission add': ['--id', '--api', '--api-permissions'],
  'ad app permission admin-consent': ['--id'],
  'ad signed-in-user show': ['--query', '-o'],
  'ad sp create': ['--id'],
  'ad sp show': ['--id', '--query', '-o'],
  'ad user create': ['--display-name', '--user-principal-name', '--password', '--force-change-password-next-sign-in'],
  'ad user delete': ['--id'],
  'deployment group create': ['-g', '-n', '-f', '-p'],
  'deployment group show': ['-g', '-n', '--query', '-o'],
  'functionapp deployment source config-zip': ['-g', '-n', '--src'],
  'functionapp function keys delete': ['-g', '-n', '--function-name', '--key-name'],
  'functionapp function keys list': ['-g', '-n', '--function-name'],
  'functionapp function keys set': ['-g', '-n', '--function-name', '--key-name', '--key-value', '--output'],
  'functionapp list': ['-g', '--query', '-o'],
  'functionapp list-flexconsumption-locations': ['-o', '--zone-redundant=true'],
  'functionapp restart': ['-g', '-n'],
  'group create': ['-n', '-l'],
  'group delete': ['-n'],
  'identity list': ['-g', '--query', '-o'],
  'identity show': ['-g', '-n', '--query', '-o'],
  'keyvault list': ['-g', '--query', '-o'],
  'keyvault secret set': ['--vault-name', '--name', '--value', '--file', '--expires', '--output'],
  'keyvault secret set-attributes': ['--vault-name', '--name', '--expires'],
  'keyvault secret show': ['--vault-name', '--name', '--query', '-o'],
  'keyvault show': ['--name', '--query', '-o'],
  login: ['--tenant', '--allow-no-subscriptions'],
  'monitor app-insights query': ['--app', '-g', '--analytics-query', '-o'],
  'provider register': ['-n', '--wait'],
  rest: ['--method', '--url', '--body'],
  upgrade: [],
};
const SECRETS = [
  ...['teams-tenant-id', 'teams-client-id', 'teams-client-secret', 'teams-client-certificate'],
  ...['teams-user-email', 'teams-user-password', 'acd-key-1', 'acd-key-2', 'management-key'],
];

/** The commands of a line one by one; one within another's brackets comes by itself. */
function azCommands(text: string): string[] {
  const inner: string[] = [];
  const outer = text.replace(/\$\(([^()]*)\)/g, (_all, command: string) => {
    inner.push(command);
    return 'VALUE';
  });
  const quoted = outer.replace(/'[^']*'(?:VALUE'[^']*')*|"[^"]*"/g, 'TEXT');
  return [...inner.flatMap(azCommands), ...quoted.split(/&&|;|`/)].map(part => part.trim());
}

function parts(command: string): { name: string; options: string[] } {
  const words = command.replace(/^.*?\baz /, '').split(/\s+/);
  const end = words.findIndex(word => !/^[a-z][a-z-]*$/.test(word));
  return {
    name: words.slice(0, end < 0 ? undefined : end).join(' '),
    options: words.filter(word => /^--?[a-z]/.test(word)),
  };
}

const lines = pageCommands();
const text = lines.map(line => line.text).join('\n');

test('every az command of the pages is one of the CLI, with options that it has', () => {
  const commands = lines.flatMap(({ page, text: line }) =>
    azCommands(line)
      .filter(command => /(^|=|\s)az /.test(command))
      .map(command => ({ page, command, ...parts(command) })),
  );
  expect(commands.length).toBeGreaterThan(60);
  expect(
    commands.filter(
      ({ name, options }) => options.some(option => !AZ[name]?.includes(option)) || AZ[name] === undefined,
    ),
  ).toEqual([]);
});

test('every output, parameter, secret and function that a command names is there', () => {
  const keys = readFileSync(path.join(import.meta.dirname, '..', '..', 'infra', 'keys.bicep'), 'utf8');
  const parameters = [
    ...Object.keys(template.parameters),
    ...[...keys.matchAll(/^param (\w+)/gm)].map(([, name]) => name),
    'identityPrincipalId',
  ];
  const named = (pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, name = '']) => name))];
  expect(named(/properties\.outputs\.(\w+)/g).filter(name => !(name in template.outputs))).toEqual([]);
  const deployments = lines.filter(line => /deployment group create/.test(line.text)).map(line => line.text);
  const given = deployments.flatMap(line => [...line.matchAll(/\s(\w+)=/g)].map(([, name = '']) => name));
  expect(given.length).toBeGreaterThan(8);
  expect(given.filter(name => !parameters.includes(name))).toEqual([]);
  const secrets = named(/--vault-name \S+ --name ([a-z0-9-]+)/g);
  expect(secrets.length).toBeGreaterThan(6);
  expect(secrets.filter(name => !SECRETS.includes(name))).toEqual([]);
  expect(named(/--function-name (\w+)/g).filter(name => !KEYED_FUNCTIONS.some(known => known === name))).toEqual([]);
});

test('every script that a command names is there', () => {
  const named = [...text.matchAll(/npm (?:run(?: -s)? )([\w:]+)/g)].map(([, name = '']) => name);
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter(name => !(name in manifest.scripts))).toEqual([]);
  const files = [...text.matchAll(/(?:^|\s)(\.?\/?infra\/[\w.]+)/gm)].map(([, file = '']) => file);
  const made = ['infra/my.bicepparam'];
  expect(files.filter(file => !made.includes(file) && !existsSync(path.join(PROJECT, file)))).toEqual([]);
});

/** Lines of a Unix shell; those of other shells and of files begin otherwise. */
const SHELL = /^(?:az|azd|curl|node|npm|openssl|printf|read|export|for|done|cp|\.\/|[A-Z_]+=)/;

test.runIf(process.platform !== 'win32')('every line for a Unix shell is one', () => {
  const shell = lines.filter(line => SHELL.test(line.text) && !line.text.includes('curl.exe'));
  const pages = Map.groupBy(shell, ({ page }) => page);
  expect(pages.size).toBeGreaterThan(8);
  for (const [page, all] of pages) {
    // What a page leaves open stands between two shells for nothing.
    const script = all.map(line => line.text.replaceAll('…', 'VALUE')).join('\n');
    const { status, stderr } = spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' });
    expect([status, stderr], page).toEqual([0, '']);
  }
});

test('a key for the administrator is set for every function that wants one', () => {
  const loops = [...text.matchAll(/for f in ([\w ]+); do/g)].map(([, names = '']) => names.split(' ').sort());
  expect(loops.length).toBeGreaterThan(1);
  for (const loop of loops) expect(loop).toEqual([...KEYED_FUNCTIONS].sort());
});

test('every PowerShell call of the pages asks for a route that is there', () => {
  const { paths } = openApiDocument() as { paths: Record<string, Record<string, unknown>> };
  const calls = [...text.matchAll(/Invoke-(?:RestMethod|WebRequest) "\$app([^"?]*)[^"]*"(?:.*?-Method (\w+))?/g)];
  expect(calls.length).toBeGreaterThan(8);
  const wrong = calls.filter(([, route = '', method = 'Get']) => paths[route]?.[method.toLowerCase()] === undefined);
  expect(wrong.map(([call]) => call)).toEqual([]);
});
