import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findCompiler } from '../../local/bicep.ts';
import { startStack } from '../../local/stack.ts';
import { type UnpackedPackage, unpackedPackage } from '../support/unpackedPackage.ts';
import { PARAMETER_SETS, type Predicted, predicted, type SetName } from './parameterSets.ts';

const SUBNET = (network: string) =>
  `/subscriptions/0/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/${network}/subnets/one`;
const NAMES = Object.keys(PARAMETER_SETS) as SetName[];
const found = await findCompiler();
if (found === undefined) console.log('There is no Bicep compiler here: the parameter sets were skipped.');

describe.skipIf(found === undefined)('a deployment', { timeout: 120_000 }, () => {
  const sets = new Map<SetName, Predicted[]>();
  let unpacked: UnpackedPackage | undefined;

  beforeAll(async () => {
    if (found === undefined) return;
    for (const name of NAMES) sets.set(name, await predicted(found, PARAMETER_SETS[name]));
    unpacked = await unpackedPackage();
  }, 120_000);
  afterAll(() => unpacked && rm(unpacked.folder, { recursive: true }));

  const all = (set: SetName) => sets.get(set) ?? [];
  const ofType = (set: SetName, type: string) => all(set).filter(resource => resource.type === type);
  const only = (set: SetName, type: string) => {
    const [resource, ...others] = ofType(set, type);
    if (resource === undefined || others.length > 0) throw new Error(`${set}: ${others.length + 1} of ${type}`);
    return resource;
  };
  const properties = (set: SetName, type: string) => only(set, type).properties ?? {};

  test.each(NAMES)('%s: nothing is public that need not be, and nobody has a shared key', set => {
    expect(properties(set, 'Microsoft.Storage/storageAccounts')).toMatchObject({
      allowSharedKeyAccess: false,
      allowBlobPublicAccess: false,
      networkAcls: { bypass: 'AzureServices' },
    });
    expect(properties(set, 'Microsoft.KeyVault/vaults')).toMatchObject({
      enableRbacAuthorization: true,
      enablePurgeProtection: true,
    });
    expect(properties(set, 'Microsoft.Storage/storageAccounts/blobServices')).toMatchObject({
      deleteRetentionPolicy: { enabled: true, days: 7 },
    });
  });

  test.each(NAMES)('%s: names are as short as Azure wants them', set => {
    expect(only(set, 'Microsoft.Storage/storageAccounts').name).toMatch(/^[a-z0-9]{3,24}$/);
    expect(only(set, 'Microsoft.KeyVault/vaults').name).toMatch(/^[a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$/);
    expect(only(set, 'Microsoft.Web/sites').name).toMatch(/^[a-zA-Z0-9-]{2,60}$/);
  });

  test.each([
    ['default', 0, 0, 1],
    ['everything', 1, 3, 2],
    ['privateOwnNetwork', 0, 4, 1],
    ['secretless', 0, 0, 0],
    ['upgrade', 0, 0, 1],
  ] as const)('%s: %i own networks, %i private endpoints, %i warm instances', (set, networks, endpoints, warm) => {
    expect(ofType(set, 'Microsoft.Network/virtualNetworks')).toHaveLength(networks);
    expect(ofType(set, 'Microsoft.Network/networkSecurityGroups')).toHaveLength(2 * networks);
    expect(ofType(set, 'Microsoft.Network/privateEndpoints')).toHaveLength(endpoints);
    const site = properties(set, 'Microsoft.Web/sites') as {
      functionAppConfig: { scaleAndConcurrency: { alwaysReady: { name: string; instanceCount: number }[] } };
    };
    const ready = site.functionAppConfig.scaleAndConcurrency.alwaysReady;
    expect(ready.find(({ name }) => name === 'http')?.instanceCount ?? 0).toBe(warm);
  });

  test('with subnets and zones of the company makes neither, and can shut the app off from outside', () => {
    expect(ofType('privateOwnNetwork', 'Microsoft.Network/privateDnsZones')).toEqual([]);
    expect(ofType('privateOwnNetwork', 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups')).toHaveLength(4);
    const site = properties('privateOwnNetwork', 'Microsoft.Web/sites');
    expect(site['publicNetworkAccess']).toBe('Disabled');
    expect(site['virtualNetworkSubnetId']).toMatch(/rg-network.*hub\/subnets\/app$/);
  });

  test.each([
    [{ publicNetworkAccess: 'Disabled' }, 'privateAppEndpoint=true'],
    [{ privateAppEndpoint: true }, 'privateNetworking=true'],
    [{ privateNetworking: true, appSubnetId: '/subscriptions/0' }, 'endpointSubnetId together'],
    [{ privateNetworking: true, appSubnetId: SUBNET('spoke'), endpointSubnetId: SUBNET('hub') }, 'two networks'],
    [{ privateNetworking: true, privateDnsZoneIds: { keyvault: 'x' } }, 'blob, table, vault and sites'],
    [{ alertNoPullMinutes: 2_000 }, '1440'],
  ])('with %j is refused, and says what is missing', async (parameters, words) => {
    if (found === undefined) return;
    await expect(predicted(found, parameters)).rejects.toThrow(words);
  });

  test('beside another one in the same group has alerts and a workbook of its own', async () => {
    if (found === undefined) return;
    const alertEmail = 'a@contoso.com';
    const [one, other] = [
      await predicted(found, { alertEmail }),
      await predicted(found, { alertEmail, nameSuffix: 'test' }),
    ];
    const namesOf = (resources: readonly Predicted[]) =>
      resources.filter(({ type }) => type.startsWith('Microsoft.Insights/')).map(({ name }) => name);
    expect(namesOf(one).length).toBeGreaterThan(9);
    expect(namesOf(other).filter(name => namesOf(one).includes(name))).toEqual([]);
  });

  test('with its own network makes zones, groups and endpoints, and both are linked', () => {
    expect(ofType('everything', 'Microsoft.Network/privateDnsZones')).toHaveLength(3);
    expect(ofType('everything', 'Microsoft.Network/privateDnsZones/virtualNetworkLinks')).toHaveLength(3);
    const { subnets } = properties('everything', 'Microsoft.Network/virtualNetworks') as {
      subnets: { properties: { networkSecurityGroup: { id: string } } }[];
    };
    for (const subnet of subnets) expect(subnet.properties.networkSecurityGroup.id).toContain('networkSecurityGroups');
  });

  test('gives the firewall of the vault only what it takes', () => {
    const { networkAcls, publicNetworkAccess } = properties('everything', 'Microsoft.KeyVault/vaults');
    expect(networkAcls).toMatchObject({ defaultAction: 'Deny', ipRules: [{ value: '198.51.100.0/24' }] });
    expect(publicNetworkAccess).toBe('Enabled');
  });

  test('gives every secret a type, and an end where one is wanted', () => {
    const secrets = ofType('everything', 'Microsoft.KeyVault/vaults/secrets');
    expect(secrets.length).toBeGreaterThan(8);
    for (const { properties: secret } of secrets) {
      expect(secret?.['contentType']).toMatch(/\w/);
      expect(JSON.stringify(secret?.['attributes'])).toMatch(/"exp"|dateTimeToEpoch|defaultExpiresOn/);
    }
  });

  test('puts the tags on everything that can have some', () => {
    const CANNOT =
      /\/(secrets|blobServices|containers|subnets|keys|extensions|privateDnsZoneGroups|basicPublishingCredentialsPolicies|config)$|roleAssignments|diagnosticSettings/;
    const without = all('everything').filter(({ type, tags }) => !CANNOT.test(type) && tags?.['owner'] !== 'it');
    expect(without.map(({ type }) => type)).toEqual([]);
  });

  test('sends what happens to vault, storage and app into the workspace, but no request', () => {
    const settings = ofType('everything', 'Microsoft.Insights/diagnosticSettings');
    expect(settings).toHaveLength(3);
    expect(JSON.stringify(settings)).not.toMatch(/HTTPLogs|FunctionAppLogs|StorageRead/);
    expect(ofType('default', 'Microsoft.Insights/diagnosticSettings')).toEqual([]);
  });

  test.each(NAMES)('%s: its app settings start the app of the package', async set => {
    const { siteConfig } = properties(set, 'Microsoft.Web/sites') as { siteConfig: { appSettings: unknown } };
    expect(Array.isArray(siteConfig.appSettings), JSON.stringify(siteConfig.appSettings).slice(0, 300)).toBe(true);
    const given = siteConfig.appSettings as { name: string; value: string }[];
    // What only Azure knows is an expression still: there the stack has its own.
    const known = given.filter(
      ({ name, value }) => !value.startsWith('[') && !/^AzureWebJobs|^APPLICATIONINSIGHTS|^languageWorkers/.test(name),
    );
    expect(known.length).toBeGreaterThan(10);
    const stack = await startStack({
      ...{ people: 12, seed: 1, speed: 0, port: 0, address: '127.0.0.1', timers: false, output: () => undefined },
      ...(unpacked && { folder: unpacked.folder }),
      settings: Object.fromEntries(known.map(({ name, value }) => [name, value])),
    });
    try {
      const health = await fetch(`${stack.host.url}/api/v1/health`, {
        headers: { 'x-functions-key': stack.host.keys.management },
      });
      expect(await health.json()).not.toMatchObject({ error: expect.stringMatching(/setting/) });
      expect((await fetch(`${stack.host.url}/api/live`)).status).toBe(200);
      expect((await fetch(`${stack.host.url}/api/board`)).status).toBe(set === 'everything' ? 404 : 200);
    } finally {
      await stack.close();
    }
  });
});
