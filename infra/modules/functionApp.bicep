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
@description('Keeps one instance warm, so that the first call after a pause is not slow.')
param keepHttpWarm bool
@minValue(1)
@maxValue(1000)
param maximumInstances int
@description('Addresses that may call the app, as CIDR; an empty list leaves that of the app as it is.')
param allowedAddresses array

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
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
    publicNetworkAccess: 'Enabled'
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
        instanceMemoryMB: 512
        maximumInstanceCount: maximumInstances
        alwaysReady: keepHttpWarm ? [{ name: 'http', instanceCount: 1 }] : []
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
      cors: { allowedOrigins: [] }
    }
  }

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: settings
  }

  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }

  resource addresses 'config' = if (!empty(allowedAddresses)) {
    name: 'web'
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
output hostName string = app.properties.defaultHostName
