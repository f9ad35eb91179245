metadata description = 'Gives the functions the keys that the vault holds, after the code was deployed by other means than the template.'

param appName string
param vaultName string

resource vault 'Microsoft.KeyVault/vaults@2026-02-01' existing = { name: vaultName }

module keys 'modules/keys.bicep' = {
  params: {
    appName: appName
    acdKey1: vault.getSecret('acd-key-1')
    acdKey2: vault.getSecret('acd-key-2')
    managementKey: vault.getSecret('management-key')
  }
}
