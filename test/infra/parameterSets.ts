import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Compiler } from '../../local/bicep.ts';

const INFRA = path.join(import.meta.dirname, '..', '..', 'infra');
const ID = (kind: string, name: string) =>
  `/subscriptions/0/resourceGroups/rg-network/providers/Microsoft.Network/${kind}/${name}`;
const PACKAGE = 'https://example.com/teams-presence-connector.zip?sv=1&sig=x';
const ADDRESSES = {
  acdAddresses: ['203.0.113.10/32'],
  adminAddresses: ['198.51.100.0/24', '10.1.0.0/16', '2001:db8::/32'],
};

/** What customers give; what is left out has the value that the template gives it. */
export const PARAMETER_SETS = {
  default: { teamsTenantId: 't', teamsClientId: 'c', teamsClientSecret: 's', packageUri: PACKAGE },
  everything: {
    ...{ teamsTenantId: 't', teamsClientId: 'c', teamsClientSecret: 's', teamsClientExpiresOn: '2027-11-30' },
    ...{
      teamsUserEmail: 'u@contoso.com',
      teamsUserPassword: 'p',
      replaceSecrets: true,
      defaultExpiresOn: '2028-01-01',
    },
    ...{ operatorObjectId: '11111111-1111-4111-8111-111111111111', operatorPrincipalType: 'Group', ...ADDRESSES },
    ...{ keepTimerWarm: true, zoneRedundant: true, instanceMemoryMb: 2048, privateNetworking: true, diagnostics: true },
    ...{
      alertEmail: 'a@contoso.com',
      alertNoPullMinutes: 30,
      dataLevel: 'minimal',
      board: 'off',
      agentSource: 'tenant',
    },
    ...{ tags: { owner: 'it' }, namePrefix: 'acme', packageUri: PACKAGE },
  },
  privateOwnNetwork: {
    ...{ teamsTenantId: 't', teamsClientId: 'c', teamsClientSecret: 's', privateNetworking: true, ...ADDRESSES },
    appSubnetId: ID('virtualNetworks', 'hub/subnets/app'),
    endpointSubnetId: ID('virtualNetworks', 'hub/subnets/endpoints'),
    privateDnsZoneIds: Object.fromEntries(
      ['blob', 'table', 'vault', 'sites'].map(kind => [kind, ID('privateDnsZones', kind)]),
    ),
    ...{ createPrivateDnsZones: false, privateAppEndpoint: true, publicNetworkAccess: 'Disabled' },
  },
  secretless: { keepHttpWarm: false, nameSuffix: 'a-b', packageUri: PACKAGE },
  upgrade: {},
} as const;

export type SetName = keyof typeof PARAMETER_SETS;

export interface Predicted {
  readonly type: string;
  readonly name: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly condition?: unknown;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** A value as Bicep writes it. */
function bicep(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(bicep).join(', ')}]`;
  if (typeof value === 'object' && value !== null)
    return `{ ${Object.entries(value)
      .map(([name, inner]) => `${name}: ${bicep(inner)}`)
      .join(', ')} }`;
  return typeof value === 'string' ? `'${value}'` : String(value);
}

/** The resources that a deployment with these parameters would make, as the compiler predicts them. */
export async function predicted(
  { command, args }: Compiler,
  parameters: Readonly<Record<string, unknown>>,
): Promise<Predicted[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'snapshot-'));
  try {
    for (const part of ['main.bicep', 'keys.bicep', 'modules', 'bicepconfig.json'])
      await symlink(path.join(INFRA, part), path.join(folder, part));
    const file = path.join(folder, 'set.bicepparam');
    const lines = Object.entries(parameters).map(([parameter, value]) => `param ${parameter} = ${bicep(value)}`);
    await writeFile(file, ["using 'main.bicep'", ...lines, ''].join('\n'));
    const where = ['--mode', 'overwrite', '--resource-group', 'rg-presence', '--location', 'germanywestcentral'];
    const ids = [
      '--subscription-id',
      '22222222-2222-4222-8222-222222222222',
      '--tenant-id',
      '33333333-3333-4333-8333-333333333333',
    ];
    await promisify(execFile)(command, [...args, 'snapshot', file, ...where, ...ids]);
    const text = await readFile(path.join(folder, 'set.snapshot.json'), 'utf8');
    return (JSON.parse(text) as { predictedResources: Predicted[] }).predictedResources;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
