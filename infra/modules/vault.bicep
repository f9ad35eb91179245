@description('The Key Vault with the values of the set-up guide and the keys of the function app. An empty value leaves what is stored as it is.')
param name string
param location string
param tags object
@description('False when the vault is reached through private endpoints only.')
param publicAccess bool

@secure()
param tenantId string
@secure()
param clientId string
@secure()
param clientSecret string
@secure()
param clientCertificate string
@secure()
param userEmail string
@secure()
param userPassword string
@description('When the client secret ends, for instance 2027-11-30; empty when nobody knows.')
param clientExpiresOn string
@description('When the password ends; empty when nobody knows.')
param userExpiresOn string

@description('End of what states none of its own; empty gives none.')
param defaultExpiresOn string

@description('Values that are stored already are replaced too.')
param replaceSecrets bool
@description('Addresses that may reach the vault although it is private, as CIDR.')
param allowedAddresses array

@description('A first value for each key of the function app; used only where none is stored yet.')
@secure()
param newKeys object

func attributesOf(expiresOn string) object =>
  empty(expiresOn)
    ? { enabled: true }
    : { enabled: true, exp: dateTimeToEpoch(contains(expiresOn, 'T') ? expiresOn : '${expiresOn}T00:00:00Z') }

var given = [
  { name: 'teams-tenant-id', value: tenantId, expiresOn: '' }
  { name: 'teams-client-id', value: clientId, expiresOn: '' }
  { name: 'teams-client-secret', value: clientSecret, expiresOn: clientExpiresOn }
  { name: 'teams-client-certificate', value: clientCertificate, expiresOn: '' }
  { name: 'teams-user-email', value: userEmail, expiresOn: '' }
  { name: 'teams-user-password', value: userPassword, expiresOn: userExpiresOn }
]

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enablePurgeProtection: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 7
    enabledForDeployment: false
    enabledForDiskEncryption: false
    // The keys of the function app are handed from the vault to the host by the template itself.
    enabledForTemplateDeployment: true
    publicNetworkAccess: publicAccess || !empty(allowedAddresses) ? 'Enabled' : 'Disabled'
    networkAcls: {
      defaultAction: publicAccess ? 'Allow' : 'Deny'
      bypass: 'AzureServices'
      ipRules: map(allowedAddresses, address => { value: address })
    }
  }
}

// Every writing makes a new version, and a new version of a password is tried again: what is there stays.
@onlyIfNotExists()
resource missing 'Microsoft.KeyVault/vaults/secrets@2026-02-01' = [
  for secret in given: if (!empty(secret.value) && !replaceSecrets) {
    parent: vault
    name: secret.name
    properties: {
      value: secret.value
      contentType: 'text/plain'
      attributes: attributesOf(empty(secret.expiresOn) ? defaultExpiresOn : secret.expiresOn)
    }
  }
]

resource replaced 'Microsoft.KeyVault/vaults/secrets@2026-02-01' = [
  for secret in given: if (!empty(secret.value) && replaceSecrets) {
    parent: vault
    name: secret.name
    properties: {
      value: secret.value
      contentType: 'text/plain'
      attributes: attributesOf(empty(secret.expiresOn) ? defaultExpiresOn : secret.expiresOn)
    }
  }
]

// Written once: a later deployment leaves the keys that are in use alone.
@onlyIfNotExists()
resource keys 'Microsoft.KeyVault/vaults/secrets@2026-02-01' = [
  for key in ['acd-key-1', 'acd-key-2', 'management-key']: {
    parent: vault
    name: key
    properties: {
      value: newKeys[key]
      contentType: 'key of the function app'
      attributes: attributesOf(defaultExpiresOn)
    }
  }
]

output name string = vault.name
output uri string = vault.properties.vaultUri
