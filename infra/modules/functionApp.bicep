@description('The plan and the function app. Everything it opens, it opens with its managed identity.')
param planName string
param appName string
param location string
param tags object
param identityId string
param packageContainerUrl string
param settings object
@description('Subnet of the app; empty without private networking.')
param subnetId string
@description('Whether the app answers from outside its network at all.')
@allowed(['Enabled', 'Disabled'])
param publicNetworkAccess string
@description('Keeps one instance warm, so that the first call after a pause is not slow.')
param keepHttpWarm bool
@description('Keeps the instance of the poll warm, so that no poll waits for a start.')
param keepTimerWarm bool
@description('Spreads the instances over zones; Azure wants two of each kind that is always ready.')
param zoneRedundant bool
@description('Memory of an instance in MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMb int
@description('Requests that one instance serves at once before another one is started.')
@minValue(1)
@maxValue(1000)
param perInstanceConcurrency int
@description('The least that every region takes is 40.')
@minValue(40)
@maxValue(1000)
param maximumInstances int
@description('Addresses that may call the app, as CIDR; an empty list leaves that of the app as it is.')
param allowedAddresses array

// Warm instances come in pairs when they have to be in several zones; the platform keeps two of every function group then.
var warmInstances = zoneRedundant ? 2 : 1
var alwaysReady = concat(
  keepHttpWarm ? [{ name: 'http', instanceCount: warmInstances }] : [],
  keepTimerWarm ? [{ name: 'function:pollPresence', instanceCount: warmInstances }] : []
)
// The host needs the rest: 240 MB of its own, measured.
var heapLimitsMb = { '512': 256, '2048': 1400, '4096': 3000 }
// Answers are short-lived and large: room for the young ones, not the heap, is what the worker grows by (measured).
var youngLimitsMb = { '512': 8, '2048': 16, '4096': 16 }
var heapOptions = [
  '--max-old-space-size=${heapLimitsMb[string(instanceMemoryMb)]}'
  '--max-semi-space-size=${youngLimitsMb[string(instanceMemoryMb)]}'
]
// Flex hands a worker over that is running already, and V8 takes limits at its start only: NODE_OPTIONS would come too
// late, arguments make the host start another one (azure-functions-host#7139, #9187).
var allSettings = union(settings, { languageWorkers__node__arguments: join(heapOptions, ' ') })

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true, zoneRedundant: zoneRedundant }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: appName
  location: location
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    publicNetworkAccess: publicNetworkAccess
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    keyVaultReferenceIdentity: identityId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainerUrl
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
        }
      }
      runtime: { name: 'node', version: '24' }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMb
        maximumInstanceCount: maximumInstances
        alwaysReady: alwaysReady
        triggers: { http: { perInstanceConcurrency: perInstanceConcurrency } }
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      http20Enabled: true
      cors: { allowedOrigins: [] }
      appSettings: map(items(allSettings), setting => { name: setting.key, value: setting.value })
    }
  }

  // One after the other: Azure refuses a second operation on a site while one is in progress.
  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    // Older stamps want it; the type data does not know it (learn.microsoft.com/azure/templates/microsoft.web/sites/basicpublishingcredentialspolicies).
    #disable-next-line BCP187
    location: location
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    #disable-next-line BCP187
    location: location
    properties: { allow: false }
    dependsOn: [ftp]
  }

  resource addresses 'config' = if (!empty(allowedAddresses)) {
    name: 'web'
    dependsOn: [scm]
    properties: {
      ipSecurityRestrictionsDefaultAction: 'Deny'
      ipSecurityRestrictions: [
        for (address, index) in allowedAddresses: {
          name: 'allowed-${index + 1}'
          action: 'Allow'
          priority: 100 + index
          ipAddress: contains(address, '/') ? address : contains(address, ':') ? '${address}/128' : '${address}/32'
        }
      ]
    }
  }
}

output name string = app.name
output id string = app.id
output hostName string = app.properties.defaultHostName
