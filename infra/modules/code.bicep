@description('Deploys the package of a release: the app fetches it by itself, nothing has to be pushed.')
param appName string
@description('Address of the zip that `npm run package` makes.')
@secure()
param packageUri string

resource app 'Microsoft.Web/sites@2024-11-01' existing = { name: appName }

resource code 'Microsoft.Web/sites/extensions@2024-11-01' = {
  parent: app
  name: 'onedeploy'
  // The type data lacks the properties of this extension (learn.microsoft.com/azure/azure-functions/functions-infrastructure-as-code).
  #disable-next-line BCP187
  properties: { packageUri: packageUri, remoteBuild: false }
}
