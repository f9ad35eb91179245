@description('Who opened the vault, and what storage and app did in numbers, in the workspace. Requests to the app are left out: their addresses could name a person or hold a key.')
param workspaceId string
param storageName string
param vaultName string
param appName string

resource storage 'Microsoft.Storage/storageAccounts@2025-01-01' existing = { name: storageName }
resource vault 'Microsoft.KeyVault/vaults@2026-02-01' existing = { name: vaultName }
resource app 'Microsoft.Web/sites@2024-11-01' existing = { name: appName }

resource ofVault 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: vault
  name: 'presence'
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'audit', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

resource ofStorage 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: storage
  name: 'presence'
  properties: { workspaceId: workspaceId, metrics: [{ category: 'Transaction', enabled: true }] }
}

resource ofApp 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: app
  name: 'presence'
  properties: { workspaceId: workspaceId, metrics: [{ category: 'AllMetrics', enabled: true }] }
}
