@description('Gives the functions the keys that the vault holds. The same keys again change nothing. The code must be deployed before.')
param appName string
@secure()
param acdKey1 string
@secure()
param acdKey2 string
@secure()
param managementKey string

@description('Every function that wants a key: the board reads presence with the management key too.')
var managed = ['agents', 'doctor', 'explain', 'health', 'matchReport', 'openapi', 'presence', 'rules']

resource app 'Microsoft.Web/sites@2024-11-01' existing = { name: appName }
resource presence 'Microsoft.Web/sites/functions@2024-11-01' existing = { parent: app, name: 'presence' }

// One after the other: the host keeps all keys of a function in one file.
resource first 'Microsoft.Web/sites/functions/keys@2024-11-01' = {
  parent: presence
  name: 'acd-1'
  // The type data wants the value beside the name, where Azure refuses it (github.com/Azure/bicep/issues/7272).
  #disable-next-line BCP187
  properties: { name: 'acd-1', value: acdKey1 }
}

resource second 'Microsoft.Web/sites/functions/keys@2024-11-01' = {
  parent: presence
  name: 'acd-2'
  #disable-next-line BCP187
  properties: { name: 'acd-2', value: acdKey2 }
  dependsOn: [first]
}

@batchSize(1)
resource management 'Microsoft.Web/sites/functions/keys@2024-11-01' = [
  for name in managed: {
    name: '${appName}/${name}/management'
    #disable-next-line BCP187
    properties: { name: 'management', value: managementKey }
    dependsOn: [second]
  }
]
