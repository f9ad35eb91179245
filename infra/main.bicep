metadata name = 'Teams presence connector for the jtel ACD'
metadata description = 'Everything the connector needs, in one resource group. The same parameters again change nothing.'

targetScope = 'resourceGroup'

@description('Region; one that has Flex Consumption.')
param location string = resourceGroup().location
@description('Ends every name that must be unique; kept the same by every deployment into the same resource group.')
@minLength(3)
@maxLength(13)
param nameSuffix string = uniqueString(resourceGroup().id)
@description('Stands in every name, in that of the vault with its first four: small letters and digits.')
@minLength(2)
@maxLength(8)
param namePrefix string = 'presence'
@description('Stand at everything that can have tags.')
param tags object = {}

@description('The guide\'s tenant id. Empty leaves what the vault holds, as with all values of the guide below.')
@secure()
param teamsTenantId string = ''
@description('The guide\'s application (client) id.')
@secure()
param teamsClientId string = ''
@description('The guide\'s secret value; stays empty with a certificate or with no secret at all.')
@secure()
param teamsClientSecret string = ''
@description('When the secret ends, for instance 2027-11-30.')
param teamsClientExpiresOn string = ''
@description('PEM of a certificate with its key, instead of the secret.')
@secure()
param teamsClientCertificate string = ''
@description('E-mail of the guide\'s user; empty signs in as the application.')
@secure()
param teamsUserEmail string = ''
@description('Password of the guide\'s user.')
@secure()
param teamsUserPassword string = ''
@description('When the password ends.')
param teamsUserExpiresOn string = ''
@description('End of every secret and key that states none of its own, for a policy that wants one; empty gives none.')
param defaultExpiresOn string = ''
@description('Values that the vault holds already are replaced too. Without it a deployment only fills in what is missing.')
param replaceSecrets bool = false

@description('Object id of the person or group that may read and store secrets, the keys among them; without it nobody can.')
param operatorObjectId string = ''
@description('What the operator is; Azure needs it for one who was made a moment ago.')
@allowed(['User', 'Group', 'ServicePrincipal'])
param operatorPrincipalType string = 'User'

@description('Addresses of the ACD, as CIDR. Two empty lists leave the list of the app as it is; 0.0.0.0/0 lets everybody in who has a key.')
param acdAddresses array = []
@description('Addresses of administrators and monitors, as CIDR; both lists together, or neither.')
param adminAddresses array = []

@description('One instance that is always ready (512 MB, about 5 US dollars a month and its use): the first call after a pause is answered at once.')
param keepHttpWarm bool = true
@description('One instance of the poll that is always ready (about 7 US dollars a month at 512 MB): no poll waits for a start.')
param keepTimerWarm bool = false
@description('Spreads the instances and the storage over zones; the platform then keeps two instances of each of three groups ready, whatever keepHttpWarm says (about 31 US dollars a month at 512 MB). Only in regions that have zones.')
param zoneRedundant bool = false
@description('Memory of an instance in MB: 512 is enough for some 10,000 agents.')
@allowed([512, 2048, 4096])
param instanceMemoryMb int = 512
@description('Requests that one instance serves at once before another one is started.')
@minValue(1)
@maxValue(1000)
param perInstanceConcurrency int = 32
@description('The least that every region takes is 40.')
@minValue(40)
@maxValue(1000)
param maximumInstances int = 40
@description('Storage and vault are reached through private endpoints only (about 25 US dollars a month more).')
param privateNetworking bool = false
@description('Of the network that is made when no subnet is named.')
param addressPrefix string = '10.77.0.0/24'
@description('A subnet of your own for the app, delegated to Microsoft.App/environments; both subnets, or neither.')
param appSubnetId string = ''
@description('A subnet of your own for the private endpoints.')
param endpointSubnetId string = ''
@description('Ids of private DNS zones that are there already, by blob, table, vault and sites.')
param privateDnsZoneIds object = {}
@description('Make the zones that are not named. Off where a policy of the company keeps the names.')
param createPrivateDnsZones bool = true
@description('The app gets a private endpoint too. The ACD then asks from within the network.')
param privateAppEndpoint bool = false
@description('Whether the app answers from outside its network at all.')
@allowed(['Enabled', 'Disabled'])
param publicNetworkAccess string = 'Enabled'

@description('When Teams is polled: six fields, UTC.')
param pollSchedule string = '*/10 * * * * *'
@description('When agents are looked up again: six fields, UTC.')
param directorySchedule string = '0 0 * * * *'
param staleAfterSeconds int = 60
param unknownAfterSeconds int = 120
@description('list, tenant, or group:ID[,ID].')
param agentSource string = 'list'
param defaultCountry string = 'DE'
@allowed(['full', 'minimal'])
param dataLevel string = 'full'
@description('Calls to Graph at once; 0 follows the number of agents.')
@minValue(0)
@maxValue(32)
param graphConcurrency int = 0
@description('The page to look at: on, or off.')
@allowed(['on', 'off'])
param board string = 'on'
@description('Available for so many hours without any change is pointed out, as a status that may be set by hand; 0 is off.')
@minValue(0)
@maxValue(720)
param suspiciousAfterHours int = 12
@description('A question of the ACD that finds older data has Teams looked at before it is answered; 0 is off.')
@minValue(0)
@maxValue(60)
param freshWithinSeconds int = 2
param secretMaxAgeSeconds int = 300
@description('App settings besides those of the template, for instance HTTPS_PROXY and NO_PROXY: what is not named here goes with the next deployment.')
param extraSettings object = {}
@description('Only for clouds other than the public one; both or neither.')
param graphEndpoint string = ''
param authorityHost string = ''

@description('E-mail that alerts go to; empty switches them off.')
param alertEmail string = ''
@minValue(5)
@maxValue(1440)
param alertNoPollMinutes int = 10
param alertHealedPolls int = 3
param alertPollFailures int = 10
param alertThrottlings int = 10
param alertExpiryDays int = 30
param alertReadFailures int = 5
@description('0 switches the alert for an ACD that asks no more off, for instance where nobody works at night.')
@minValue(0)
@maxValue(1440)
param alertNoPullMinutes int = 0

@minValue(30)
@maxValue(730)
param logRetentionDays int = 30
@description('Gigabytes a day; a usual day has a few megabytes.')
param logDailyCapGb string = '0.1'
@description('Who opened the vault, and the metrics of vault, storage and app, in the workspace.')
param diagnostics bool = false

@description('Address of the package of a release, with a signature if it needs one; empty deploys no code.')
@secure()
param packageUri string = ''

@secure()
param newAcdKey1 string = newGuid()
@secure()
param newAcdKey2 string = newGuid()
@secure()
param newManagementKey string = newGuid()

var names = {
  identity: 'id-${namePrefix}-${nameSuffix}'
  storage: toLower('st${namePrefix}${replace(nameSuffix, '-', '')}')
  // A vault's name has 24 characters at most.
  vault: 'kv-${take(namePrefix, 4)}-${nameSuffix}'
  workspace: 'log-${namePrefix}-${nameSuffix}'
  insights: 'appi-${namePrefix}-${nameSuffix}'
  network: 'vnet-${namePrefix}-${nameSuffix}'
  plan: 'asp-${namePrefix}-${nameSuffix}'
  app: 'func-${namePrefix}-${nameSuffix}'
  alerts: '${namePrefix}-${nameSuffix}'
}
// A vault takes neither IPv6 nor the whole world nor addresses of private networks.
var privateRanges = concat(['10.', '192.168.'], map(range(16, 16), number => '172.${number}.'))
var vaultAddresses = filter(
  adminAddresses,
  address => !contains(address, ':') && !endsWith(address, '/0') && empty(filter(privateRanges, start => startsWith(address, start)))
)
var packageContainer = 'app-package'

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: names.identity
  location: location
  tags: tags
}

module storage 'modules/storage.bicep' = {
  params: {
    name: names.storage
    location: location
    tags: tags
    packageContainer: packageContainer
    publicAccess: !privateNetworking
    zoneRedundant: zoneRedundant
  }
}

module vault 'modules/vault.bicep' = {
  params: {
    name: names.vault
    location: location
    tags: tags
    publicAccess: !privateNetworking
    tenantId: teamsTenantId
    clientId: teamsClientId
    clientSecret: teamsClientSecret
    clientExpiresOn: teamsClientExpiresOn
    clientCertificate: teamsClientCertificate
    userEmail: teamsUserEmail
    userPassword: teamsUserPassword
    userExpiresOn: teamsUserExpiresOn
    defaultExpiresOn: defaultExpiresOn
    replaceSecrets: replaceSecrets
    allowedAddresses: privateNetworking ? vaultAddresses : []
    newKeys: { 'acd-key-1': newAcdKey1, 'acd-key-2': newAcdKey2, 'management-key': newManagementKey }
  }
}

module monitoring 'modules/monitoring.bicep' = {
  params: {
    workspaceName: names.workspace
    insightsName: names.insights
    location: location
    tags: tags
    retentionDays: logRetentionDays
    dailyCapGb: logDailyCapGb
  }
}

module roles 'modules/roles.bicep' = {
  params: {
    identityPrincipalId: identity.properties.principalId
    storageName: storage.outputs.name
    vaultName: vault.outputs.name
    insightsName: monitoring.outputs.insightsName
    operatorObjectId: operatorObjectId
    operatorPrincipalType: operatorPrincipalType
  }
}

func networkOf(subnetId string) string => toLower(split(subnetId, '/subnets/')[0])

// What only a private network can do must not be passed over in silence.
var wantsNetwork = !empty(appSubnetId) || !empty(endpointSubnetId) || !empty(privateDnsZoneIds) || privateAppEndpoint
var ownSubnets = wantsNetwork && !privateNetworking
  ? fail('Subnets, zones and an endpoint of the app need privateNetworking=true.')
  : publicNetworkAccess == 'Disabled' && !privateAppEndpoint
  ? fail('With publicNetworkAccess=Disabled nobody reaches the app without privateAppEndpoint=true.')
  : empty(appSubnetId) != empty(endpointSubnetId)
      ? fail('Give appSubnetId and endpointSubnetId together, or neither of them.')
      : createPrivateDnsZones && networkOf(appSubnetId) != networkOf(endpointSubnetId)
          ? fail('Two subnets in two networks need createPrivateDnsZones=false, and zones that are linked to both networks.')
          : !empty(filter(objectKeys(privateDnsZoneIds), kind => !contains(['blob', 'table', 'vault', 'sites'], kind)))
              ? fail('privateDnsZoneIds takes blob, table, vault and sites.')
              : empty(appSubnetId)

module network 'modules/network.bicep' = if (ownSubnets && privateNetworking) {
  params: { name: names.network, location: location, tags: tags, addressPrefix: addressPrefix }
}

var usedEndpointSubnet = ownSubnets ? (network.?outputs.endpointSubnetId ?? '') : endpointSubnetId
var storageId = resourceId('Microsoft.Storage/storageAccounts', names.storage)
var targets = [
  { group: 'blob', id: storageId, zone: 'privatelink.blob.${environment().suffixes.storage}' }
  { group: 'table', id: storageId, zone: 'privatelink.table.${environment().suffixes.storage}' }
  {
    group: 'vault'
    id: resourceId('Microsoft.KeyVault/vaults', names.vault)
    zone: 'privatelink${replace(environment().suffixes.keyvaultDns, '.vault.', '.vaultcore.')}'
  }
]

module endpoints 'modules/privateEndpoint.bicep' = [
  for target in targets: if (privateNetworking) {
    params: {
      name: '${names.network}-${target.group}'
      location: location
      tags: tags
      subnetId: usedEndpointSubnet
      targetId: target.id
      groupId: target.group
      zoneName: target.zone
      existingZoneId: privateDnsZoneIds[?target.group] ?? ''
      createZone: createPrivateDnsZones
      linkName: names.network
    }
    dependsOn: [storage, vault]
  }
]

var cloud = empty(graphEndpoint) && empty(authorityHost)
  ? {}
  : { GRAPH_ENDPOINT: graphEndpoint, AUTHORITY_HOST: authorityHost }

module functionApp 'modules/functionApp.bicep' = {
  params: {
    planName: names.plan
    appName: names.app
    location: location
    tags: tags
    identityId: identity.id
    packageContainerUrl: '${storage.outputs.blobEndpoint}${packageContainer}'
    subnetId: !privateNetworking ? '' : ownSubnets ? (network.?outputs.appSubnetId ?? '') : appSubnetId
    publicNetworkAccess: publicNetworkAccess
    keepHttpWarm: keepHttpWarm
    keepTimerWarm: keepTimerWarm
    zoneRedundant: zoneRedundant
    instanceMemoryMb: instanceMemoryMb
    perInstanceConcurrency: perInstanceConcurrency
    maximumInstances: maximumInstances
    // One list alone would lock the others out.
    allowedAddresses: empty(acdAddresses) != empty(adminAddresses)
      ? fail('Give acdAddresses and adminAddresses together, or neither of them.')
      : concat(acdAddresses, adminAddresses)
    settings: union(
      {
        AzureWebJobsStorage__blobServiceUri: storage.outputs.blobEndpoint
        AzureWebJobsStorage__credential: 'managedidentity'
        AzureWebJobsStorage__clientId: identity.properties.clientId
        APPLICATIONINSIGHTS_CONNECTION_STRING: monitoring.outputs.connectionString
        APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
        KEY_VAULT_URI: vault.outputs.uri
        PRESENCE_STORAGE: storage.outputs.tableEndpoint
        MANAGED_IDENTITY_CLIENT_ID: identity.properties.clientId
        POLL_SCHEDULE: pollSchedule
        DIRECTORY_SCHEDULE: directorySchedule
        STALE_AFTER_SECONDS: string(staleAfterSeconds)
        UNKNOWN_AFTER_SECONDS: string(unknownAfterSeconds)
        AGENT_SOURCE: agentSource
        DEFAULT_COUNTRY: defaultCountry
        DATA_LEVEL: dataLevel
        GRAPH_CONCURRENCY: graphConcurrency == 0 ? '' : string(graphConcurrency)
        FRESH_WITHIN_SECONDS: string(freshWithinSeconds)
        BOARD: board
        SUSPICIOUS_AFTER_HOURS: string(suspiciousAfterHours)
        SECRET_MAX_AGE_SECONDS: string(secretMaxAgeSeconds)
      },
      cloud,
      extraSettings
    )
  }
  dependsOn: [roles, endpoints]
}

module appEndpoint 'modules/privateEndpoint.bicep' = if (privateNetworking && privateAppEndpoint) {
  params: {
    name: '${names.network}-sites'
    location: location
    tags: tags
    subnetId: usedEndpointSubnet
    targetId: functionApp.outputs.id
    groupId: 'sites'
    zoneName: environment().name == 'AzureUSGovernment' ? 'privatelink.azurewebsites.us' : 'privatelink.azurewebsites.net'
    existingZoneId: privateDnsZoneIds.?sites ?? ''
    createZone: createPrivateDnsZones
    linkName: names.network
  }
}

module diagnosticSettings 'modules/diagnostics.bicep' = if (diagnostics) {
  params: {
    workspaceId: monitoring.outputs.workspaceId
    storageName: storage.outputs.name
    vaultName: vault.outputs.name
    appName: functionApp.outputs.name
  }
}

// As late as it can be: a role that was just assigned takes minutes to work, and without it the code is not stored.
module code 'modules/code.bicep' = if (!empty(packageUri)) {
  params: { appName: functionApp.outputs.name, packageUri: packageUri }
  dependsOn: [alerts, workbook, appEndpoint, diagnosticSettings]
}

// A deployment of its own looks the keys up, once the vault that holds them is there.
module keys 'keys.bicep' = if (!empty(packageUri)) {
  params: { appName: functionApp.outputs.name, vaultName: vault.outputs.name }
  dependsOn: [code]
}

module alerts 'modules/alerts.bicep' = {
  params: {
    name: names.alerts
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    alertEmail: alertEmail
    noPollMinutes: alertNoPollMinutes
    healedPolls: alertHealedPolls
    pollFailures: alertPollFailures
    throttlings: alertThrottlings
    expiryDays: alertExpiryDays
    readFailures: alertReadFailures
    noPullMinutes: alertNoPullMinutes
  }
}

module workbook 'modules/workbook.bicep' = {
  params: { name: names.alerts, location: location, tags: tags, workspaceId: monitoring.outputs.workspaceId }
}

@description('What the ACD asks.')
output baseUrl string = 'https://${functionApp.outputs.hostName}/api/v1/presence'
output appName string = functionApp.outputs.name
output vaultName string = vault.outputs.name
@description('Roles and a fresh app need minutes before they work.')
output ifCodeOrKeysFailed string = 'If only code or keys failed, deploy again with the same values.'
@description('Subject of the federated credential, for a sign-in without any secret.')
output identityPrincipalId string = identity.properties.principalId
output readAcdKey1 string = 'az keyvault secret show --vault-name ${vault.outputs.name} --name acd-key-1 --query value -o tsv'
output readAcdKey2 string = 'az keyvault secret show --vault-name ${vault.outputs.name} --name acd-key-2 --query value -o tsv'
output readManagementKey string = 'az keyvault secret show --vault-name ${vault.outputs.name} --name management-key --query value -o tsv'
