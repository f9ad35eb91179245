@description('A network of the connector\'s own: a subnet for the app, one for private endpoints, each with a security group.')
param name string
param location string
param tags object
param addressPrefix string

// The rules that every group has by itself are enough: nothing comes in from outside, and the app may ask Microsoft.
resource groups 'Microsoft.Network/networkSecurityGroups@2024-05-01' = [
  for subnet in ['app', 'endpoints']: {
    name: '${name}-${subnet}'
    location: location
    tags: tags
    properties: { securityRules: [] }
  }
]

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addressPrefix] }
    subnets: [
      {
        name: 'app'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 26, 0)
          networkSecurityGroup: { id: groups[0].id }
          delegations: [{ name: 'app', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'endpoints'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 26, 1)
          networkSecurityGroup: { id: groups[1].id }
          privateEndpointNetworkPolicies: 'Enabled'
        }
      }
    ]
  }

  resource appSubnet 'subnets' existing = { name: 'app' }
  resource endpointSubnet 'subnets' existing = { name: 'endpoints' }
}

output appSubnetId string = network::appSubnet.id
output endpointSubnetId string = network::endpointSubnet.id
