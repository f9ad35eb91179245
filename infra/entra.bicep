metadata name = 'Teams presence connector: the app registration'
metadata description = 'For an administrator with the rights to consent. Where Bicep may not do this, entra.sh does the same.'

extension microsoftGraphV1

targetScope = 'resourceGroup'

@description('The managed identity of the connector: output identityPrincipalId of main.bicep.')
param identityPrincipalId string
param displayName string = 'Teams presence connector'
@description('Presence is read as a user, as the guide says; without it as the application.')
param delegated bool = false
@description('Agents are the members of groups (AGENT_SOURCE).')
param readsGroups bool = false

var graphAppId = '00000003-0000-0000-c000-000000000000'
var roleNames = concat(['Presence.Read.All', 'User.Read.All'], readsGroups ? ['GroupMember.Read.All'] : [])
var scopeNames = delegated ? ['Presence.Read.All'] : []

resource graph 'Microsoft.Graph/servicePrincipals@v1.0' existing = { appId: graphAppId }

resource registration 'Microsoft.Graph/applications@v1.0' = {
  uniqueName: 'teams-presence-connector'
  displayName: displayName
  signInAudience: 'AzureADMyOrg'
  requiredResourceAccess: [
    {
      resourceAppId: graphAppId
      resourceAccess: concat(
        map(roleNames, name => { id: filter(graph.appRoles, role => role.value == name)[0].id, type: 'Role' }),
        map(
          scopeNames,
          name => { id: filter(graph.oauth2PermissionScopes, scope => scope.value == name)[0].id, type: 'Scope' }
        )
      )
    }
  ]

  // The managed identity signs in for the application: there is no secret to leak or to run out.
  resource secretless 'federatedIdentityCredentials@v1.0' = {
    name: '${registration.uniqueName}/managed-identity'
    audiences: [
      environment().name == 'AzureUSGovernment' ? 'api://AzureADTokenExchangeUSGov' : 'api://AzureADTokenExchange'
    ]
    issuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
    subject: identityPrincipalId
  }
}

resource principal 'Microsoft.Graph/servicePrincipals@v1.0' = { appId: registration.appId }

// This is the admin consent.
resource consent 'Microsoft.Graph/appRoleAssignedTo@v1.0' = [
  for name in roleNames: {
    appRoleId: filter(graph.appRoles, role => role.value == name)[0].id
    principalId: principal.id
    resourceId: graph.id
  }
]

resource delegatedConsent 'Microsoft.Graph/oauth2PermissionGrants@v1.0' = if (delegated) {
  clientId: principal.id
  consentType: 'AllPrincipals'
  resourceId: graph.id
  scope: join(scopeNames, ' ')
}

@description('teams-tenant-id of main.bicep.')
output tenantId string = tenant().tenantId
@description('teams-client-id of main.bicep.')
output clientId string = registration.appId
