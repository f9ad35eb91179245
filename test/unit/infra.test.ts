import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { KEYED_FUNCTIONS } from '../../local/stack.ts';
import { EVENTS } from '../../shared/ports/log.ts';
import { readSettings, SETTING_NAMES } from '../../shared/settings.ts';

type Json = Record<string, unknown>;
interface Resource {
  readonly type: string;
  readonly condition?: string;
  readonly properties?: Json;
  readonly [name: string]: unknown;
}

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const TEXT = read('infra/azuredeploy.json');
const TEMPLATE = JSON.parse(TEXT) as Json;

/** The templates within a template, itself included. */
function templatesIn(template: Json): Json[] {
  const nested = Object.values((template['resources'] ?? {}) as Json).flatMap(resource => {
    const inner = ((resource as Resource).properties?.['template'] ?? undefined) as Json | undefined;
    return inner === undefined ? [] : templatesIn(inner);
  });
  return [template, ...nested];
}
const TEMPLATES = templatesIn(TEMPLATE);
const RESOURCES = TEMPLATES.flatMap(template => Object.values((template['resources'] ?? {}) as Json) as Resource[]);
const ofType = (type: string) => RESOURCES.filter(resource => resource.type === type && resource['existing'] !== true);
const only = (type: string) => {
  const [resource, ...others] = ofType(type);
  if (resource === undefined || others.length > 0) throw new Error(`${type}: ${others.length + 1}`);
  return resource;
};
const propertiesOf = (type: string) => only(type).properties ?? {};

test('nobody has a shared key, and nothing is public', () => {
  expect(propertiesOf('Microsoft.Storage/storageAccounts')).toMatchObject({
    allowSharedKeyAccess: false,
    allowBlobPublicAccess: false,
    minimumTlsVersion: 'TLS1_2',
    supportsHttpsTrafficOnly: true,
  });
  expect(propertiesOf('Microsoft.KeyVault/vaults')).toMatchObject({
    enableRbacAuthorization: true,
    enablePurgeProtection: true,
    enableSoftDelete: true,
    softDeleteRetentionInDays: 7,
  });
  expect(propertiesOf('Microsoft.Insights/components')).toMatchObject({ DisableLocalAuth: true });
  expect(propertiesOf('Microsoft.OperationalInsights/workspaces')['features']).toMatchObject({
    disableLocalAuth: true,
  });
  expect(TEXT).not.toMatch(/listKeys|listAccountSas|listServiceSas|AccountKey=|SharedAccessKey/i);
});

test('the app speaks TLS alone, and takes code from nobody with a password', () => {
  expect(propertiesOf('Microsoft.Web/sites')).toMatchObject({
    httpsOnly: true,
    siteConfig: { minTlsVersion: '1.2', scmMinTlsVersion: '1.2' },
  });
  const publishing = ofType('Microsoft.Web/sites/basicPublishingCredentialsPolicies');
  expect(publishing.map(({ properties }) => properties)).toEqual([{ allow: false }, { allow: false }]);
  expect(only('Microsoft.Web/sites')['identity']).toMatchObject({ type: 'UserAssigned' });
});

/** What Flex Consumption takes of a site's settings; it refuses ever more of the others, region by region. */
const SITE_CONFIG = ['appSettings', 'cors', 'http20Enabled', 'minTlsVersion', 'scmMinTlsVersion'];

test('the site sends no setting that Flex Consumption refuses', () => {
  expect(Object.keys(propertiesOf('Microsoft.Web/sites')['siteConfig'] as Json).sort()).toEqual(SITE_CONFIG);
});

test('the site and its children are written one after the other', () => {
  const children = RESOURCES.filter(({ type }) => /^Microsoft.Web\/sites\/(config|basicPublishing)/.test(type));
  const waitsFor = children.map(child =>
    ((child['dependsOn'] ?? []) as string[]).flatMap(name => /'(ftp|scm)'\)\]$/.exec(name)?.[1] ?? []),
  );
  expect(waitsFor).toEqual([[], ['ftp'], ['scm']]);
});

/** The first day on which Azure Resource Manager takes an older version no more; undefined while none is announced. */
const RETIREMENTS: readonly (readonly [type: RegExp, oldest: string, retiresOn: string])[] = [
  // learn.microsoft.com/azure/key-vault/general/migrate-api-version
  [/^Microsoft\.KeyVault\//, '2026-02-01', '2027-02-27'],
];
const YEAR_MS = 365 * 86_400_000;

test('no version of an API is used that retires within a year', () => {
  const used = RESOURCES.map(resource => [resource.type, String(resource['apiVersion'])] as const);
  expect(used.length).toBeGreaterThan(20);
  const soon = used.filter(([type, version]) =>
    RETIREMENTS.some(
      ([pattern, oldest, retiresOn]) =>
        pattern.test(type) && version < oldest && Date.parse(retiresOn) - Date.now() < YEAR_MS,
    ),
  );
  expect(soon).toEqual([]);
});

test('code comes after everything that can go before it, and keys last', () => {
  const dependsOn = (name: string) =>
    ((TEMPLATE['resources'] as Record<string, Resource>)[name]?.['dependsOn'] ?? []) as string[];
  expect(dependsOn('code')).toEqual(expect.arrayContaining(['alerts', 'workbook', 'functionApp']));
  expect(dependsOn('keys')).toContain('code');
});

test('the worker’s heap fits beside the host, whatever the size of the instance', () => {
  const limitsOf = (name: string) =>
    TEMPLATES.map(template => ((template['variables'] ?? {}) as Json)[name] as Record<string, number>).find(Boolean) ??
    {};
  const [heap, young] = [limitsOf('heapLimitsMb'), limitsOf('youngLimitsMb')];
  const HOST_MB = 240;
  for (const memory of ['512', '2048', '4096']) expect((heap[memory] ?? 0) + HOST_MB).toBeLessThan(Number(memory));
  expect([Object.keys(heap), Object.keys(young)]).toEqual([
    ['512', '2048', '4096'],
    ['512', '2048', '4096'],
  ]);
});

test('the limits of the heap reach a worker that the platform had started before', () => {
  const settings = read('infra/modules/functionApp.bicep');
  expect(settings).toContain('languageWorkers__node__arguments: join(heapOptions');
  expect(settings).not.toMatch(/^[^/]*NODE_OPTIONS:/m);
});

test('identities have just the roles that docs/deploy.md lists', () => {
  const listed = [...read('docs/deploy.md').matchAll(/^\| (.+?) \| .+? \| `([0-9a-f-]{36})` \|/gm)].map(
    ([, who, id]) => [who?.includes('operator') ? 'operator' : 'identity', id ?? ''],
  );
  const roles = TEMPLATES.map(template => ((template['variables'] ?? {}) as Json)['roles'] as Json | undefined).find(
    found => found !== undefined,
  );
  const assigned = ofType('Microsoft.Authorization/roleAssignments').map(({ properties }) => {
    const name = /variables\('roles'\)\.(\w+)/.exec(String(properties?.['roleDefinitionId']))?.[1] ?? '';
    const who = String(properties?.['principalId']).includes('operatorObjectId') ? 'operator' : 'identity';
    return [who, String(roles?.[name])];
  });
  expect(assigned.sort()).toEqual(listed.sort());
});

describe('app settings', () => {
  const expression = RESOURCES.map(resource => JSON.stringify(resource.properties?.['parameters'] ?? '')).find(text =>
    text.includes('PRESENCE_STORAGE'),
  );
  // The settings themselves, and those of other clouds, which stand in a variable.
  const names = new Set([
    ...(expression?.match(/(?<=')(?:BOARD|[A-Z][A-Za-z_]+_[A-Za-z_]+)(?=',)/g) ?? []),
    ...(JSON.stringify(TEMPLATE['variables']).match(/GRAPH_ENDPOINT|AUTHORITY_HOST/g) ?? []),
  ]);
  const PLATFORM =
    /^(AzureWebJobsStorage__(blobServiceUri|credential|clientId)|APPLICATIONINSIGHTS_(CONNECTION|AUTHENTICATION)_STRING)$/;

  test('every setting is set, and none is unknown', () => {
    const own = [...names].filter(name => !PLATFORM.test(name));
    expect(own.sort()).toEqual([...SETTING_NAMES].sort());
    expect(names.size - own.length).toBe(5);
  });

  test('hold no secret', () => {
    expect(expression).not.toMatch(/secret'\)|password|@Microsoft\.KeyVault|getSecret|newGuid/i);
  });

  test('as Azure fills them in are taken by the app', () => {
    const filled = {
      KEY_VAULT_URI: 'https://kv-pres-abc.vault.azure.net/',
      PRESENCE_STORAGE: 'https://stpresenceabc.table.core.windows.net/',
      MANAGED_IDENTITY_CLIENT_ID: '00000000-0000-4000-8000-000000000000',
    };
    const parameters = TEMPLATE['parameters'] as Record<string, { defaultValue?: unknown }>;
    const standard = (name: string) => String(parameters[name]?.defaultValue ?? '');
    const settings = readSettings({
      ...filled,
      POLL_SCHEDULE: standard('pollSchedule'),
      DIRECTORY_SCHEDULE: standard('directorySchedule'),
      STALE_AFTER_SECONDS: standard('staleAfterSeconds'),
      UNKNOWN_AFTER_SECONDS: standard('unknownAfterSeconds'),
      AGENT_SOURCE: standard('agentSource'),
      DEFAULT_COUNTRY: standard('defaultCountry'),
      DATA_LEVEL: standard('dataLevel'),
      GRAPH_CONCURRENCY: standard('graphConcurrency') === '0' ? '' : standard('graphConcurrency'),
      FRESH_WITHIN_SECONDS: standard('freshWithinSeconds'),
      BOARD: standard('board'),
      SUSPICIOUS_AFTER_HOURS: standard('suspiciousAfterHours'),
      SECRET_MAX_AGE_SECONDS: standard('secretMaxAgeSeconds'),
    });
    expect(settings).toEqual(readSettings(filled));
  });
});

test('secrets come in secured, are written only when given, and never go out', () => {
  for (const template of TEMPLATES) {
    const parameters = (template['parameters'] ?? {}) as Record<string, { type: string }>;
    for (const [name, { type }] of Object.entries(parameters)) {
      if (/(secret|password|certificate|key\d?|keys)$/i.test(name) && !/maxAge/i.test(name))
        expect([name, type]).toEqual([name, expect.stringMatching(/^secure/)]);
    }
    for (const output of Object.values((template['outputs'] ?? {}) as Record<string, { value: unknown }>)) {
      expect(String(output.value)).not.toMatch(/parameters\('(teams|new|acdKey|managementKey)/);
    }
  }
  const [missing, replaced, keys] = ofType('Microsoft.KeyVault/vaults/secrets');
  for (const resource of [missing, replaced]) expect(resource?.condition).toContain('not(empty(');
  expect(replaced?.condition).toContain("parameters('replaceSecrets')");
  for (const resource of [missing, keys]) expect(resource?.['@options']).toEqual({ onlyIfNotExists: [] });
});

test('the Node of the app is the Node of the scripts', () => {
  const manifest = JSON.parse(read('package.json')) as { devDependencies: Record<string, string> };
  const runtime = (propertiesOf('Microsoft.Web/sites')['functionAppConfig'] as Json)['runtime'] as Json;
  expect(runtime).toEqual({ name: 'node', version: manifest.devDependencies['node']?.split('.')[0] });
});

test('every function that wants a key gets one', () => {
  const sources = readdirSync(new URL('../../functions', import.meta.url)).map(name => read(`functions/${name}`));
  const keyed = sources.flatMap(source =>
    /authLevel: 'function'/.test(source) ? (/app\.http\('(\w+)'/.exec(source)?.[1] ?? []) : [],
  );
  const managed = TEMPLATES.map(template => ((template['variables'] ?? {}) as Json)['managed']).find(
    found => found !== undefined,
  );
  expect([...(managed as string[])].sort()).toEqual(keyed.sort());
  expect([...KEYED_FUNCTIONS].sort()).toEqual(keyed.sort());
});

test('keys are handed over as Azure takes them', () => {
  const keys = ofType('Microsoft.Web/sites/functions/keys');
  expect(keys).toHaveLength(3);
  for (const key of keys)
    expect([Object.keys(key.properties ?? {}), 'value' in key]).toEqual([['name', 'value'], false]);
});

test('host.json keeps URLs, keys and results out of the telemetry, and the base address fits it', () => {
  const host = JSON.parse(read('host.json')) as {
    extensions: { http: { routePrefix: string } };
    logging: { logLevel: Record<string, string>; applicationInsights: Json };
  };
  expect(host.logging.logLevel).toMatchObject({ default: 'Warning', Function: 'Warning', 'Host.Results': 'None' });
  expect(host.logging.applicationInsights).toMatchObject({
    enableLiveMetrics: false,
    enableDependencyTracking: false,
    // A sampled heartbeat would look like a dead timer.
    samplingSettings: { isEnabled: false },
  });
  const { baseUrl } = TEMPLATE['outputs'] as { baseUrl: { value: string } };
  expect(baseUrl.value).toContain(`/${host.extensions.http.routePrefix}/v1/presence`);
  // Lines that alerts wait for must pass the filter of their function.
  // So must that somebody was explained, which the data-protection page promises.
  for (const name of ['agents', 'explain', 'pollPresence', 'presence', 'rules', 'syncDirectory'])
    expect(host.logging.logLevel[`Function.${name}.User`]).toBe('Information');
});

describe('alerts and workbook', () => {
  const queries = `${TEXT}${read('infra/modules/workbook.json')}`;
  const mentioned = [
    ...[...queries.matchAll(/startswith \\+"([a-z]+\.[a-z]+) /g)].map(([, name = '']) => name),
    ...[...queries.matchAll(/variables\('fields'\), '([a-z.]+)', (\d+)/g)].map(([, name = '']) => name),
  ];

  test('name the events that the code logs', () => {
    expect(mentioned.length).toBeGreaterThan(5);
    expect(mentioned.filter(name => !(Object.values(EVENTS) as string[]).includes(name))).toEqual([]);
  });

  test('cut the name off where the fields begin', () => {
    const cuts = [...queries.matchAll(/variables\('fields'\), '([a-z.]+)', (\d+)/g)];
    expect(cuts.length).toBeGreaterThanOrEqual(4);
    for (const [, name = '', cut] of cuts) expect([name, Number(cut)]).toEqual([name, name.length + 1]);
    for (const [, name = '', cut] of queries.matchAll(
      /startswith \\+"([a-z]+\.[a-z]+) \\+" \| extend fields = parse_json\(substring\(Message, (\d+)\)\)/g,
    ))
      expect([name, Number(cut)]).toEqual([name, name.length + 1]);
  });

  test('read only counts and codes', () => {
    const fields = new Set([...queries.matchAll(/fields\.(\w+)/g)].map(([, name]) => name));
    const KNOWN = [
      'agents',
      'available',
      'away',
      'busy',
      'code',
      'message',
      'milliseconds',
      'notFound',
      'passwordDaysLeft',
      'pulls',
      'requests',
      'secretDaysLeft',
      'status',
      'unknown',
    ];
    expect([...fields].sort()).toEqual(KNOWN);
    expect(queries).not.toMatch(/AppRequests|AppDependencies|requests\b.*\|/);
  });
});

test('the form asks for what the template takes', () => {
  const form = JSON.parse(read('infra/createUiDefinition.json')) as { parameters: { outputs: Json } };
  const parameters = Object.keys(TEMPLATE['parameters'] as Json);
  expect(Object.keys(form.parameters.outputs).filter(name => !parameters.includes(name))).toEqual([]);
  // Two boxes that require each other could never be left empty again.
  expect(JSON.stringify(form)).not.toMatch(/"required":"\[/);
  expect(JSON.stringify(form)).not.toMatch(/"hideConfirmation":true/);
});

test('the form closes the app only with the endpoint that it needs, and takes dates as people write them', () => {
  const text = read('infra/createUiDefinition.json');
  const [, closed = ''] = /"name": "closedToInternet"[\s\S]*?"visible": "(.*?)"/.exec(text) ?? [];
  expect(closed).toContain("steps('company').privateAppEndpoint, 'yes'");
  const [, pattern = ''] = /"regex": "(\^\(\\\\d\{4\}.*?)"/.exec(text) ?? [];
  const date = new RegExp(JSON.parse(`"${pattern}"`));
  const times = ['T12:00Z', 'T12:00:00Z', 'T12:00:00.000Z', 'T12:00:00+01:00', ''].map(time => `2027-11-30${time}`);
  for (const good of [...times, '']) expect(good).toMatch(date);
  for (const bad of ['2027-13-45', '30.11.2027', '2027-11-30T12:00', '2027-11-30 12:00Z'])
    expect(bad).not.toMatch(date);
});

test('the form asks for what a group as operator, a company and its network need', () => {
  const { outputs } = (JSON.parse(read('infra/createUiDefinition.json')) as { parameters: { outputs: Json } })
    .parameters;
  const wanted = [
    ...['operatorObjectId', 'operatorPrincipalType', 'namePrefix', 'tags', 'dataLevel', 'agentSource'],
    ...['privateNetworking', 'appSubnetId', 'endpointSubnetId', 'createPrivateDnsZones', 'privateAppEndpoint'],
  ];
  expect(Object.keys(outputs)).toEqual(expect.arrayContaining([...wanted, 'publicNetworkAccess']));
});

test('azd builds nothing in Azure', () => {
  // It builds there by itself where node_modules is left out, and takes no "false" against that.
  expect(read('azure.yaml')).toMatch(/^ {4}remoteBuild: false$/m);
  expect(read('.funcignore')).not.toMatch(/node_modules/);
});

test('settings of one’s own reach the app, and survive the next deployment with the same values', () => {
  expect(read('infra/main.bicep')).toMatch(/cloud,\n\s+extraSettings\n/);
});

test('docs/deploy.md lists every parameter', () => {
  const names = [...read('infra/main.bicep').matchAll(/^param (\w+)/gm)].map(([, name = '']) => name);
  expect(names.length).toBeGreaterThan(40);
  const page = read('docs/deploy.md');
  // Limits of alerts and keys that are made are said by their kind.
  const isListed = (name: string) => /^(alert|new)[A-Z]/.test(name) || page.includes(`\`${name}\``);
  expect(names.filter(name => !isListed(name))).toEqual([]);
});

/** Rules of the Bicep linter that are off, and why; every other one is an error. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'no-hardcoded-outputs': 'what to do after a deployment is a sentence',
  'use-description-outputs': 'what an output holds is its name, where no more is to be said',
  'use-description-params': 'the same of a parameter; docs/deploy.md lists them all',
  'use-description-vars': 'the same of a variable',
  'use-recent-api-versions': 'what works is not changed because time passes; what retires, the test above knows',
  'use-user-defined-types': 'tags and settings have the names that customers give them',
  'what-if-short-circuiting': 'names come from outputs, so that the order is right; a preview is less precise for it',
};

test('every rule of the Bicep linter is an error, but for named exceptions', () => {
  const config = JSON.parse(read('infra/bicepconfig.json')) as {
    analyzers: { core: { rules: Record<string, { level: string }> } };
  };
  const rules = Object.entries(config.analyzers.core.rules);
  expect(rules.length).toBeGreaterThan(50);
  const off = rules.filter(([, { level }]) => level !== 'error').map(([name]) => name);
  expect(off.sort()).toEqual(Object.keys(EXCEPTIONS).sort());
});
