@description('One private endpoint, and the name by which it is found.')
param name string
param location string
param tags object
param subnetId string
@description('What is reached, and which part of it.')
param targetId string
param groupId string
@description('The private DNS zone of that kind of target.')
param zoneName string
@description('A zone that is there already; empty makes one here, unless a policy of the company keeps the names.')
param existingZoneId string
param createZone bool
@description('Of the link between zone and network; Azure takes one for each pair.')
param linkName string

var makesZone = empty(existingZoneId) && createZone
// /subscriptions/ID/resourceGroups/NAME/providers/Microsoft.Network/virtualNetworks/NAME/subnets/NAME
var subnet = split(subnetId, '/')

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = if (makesZone) {
  name: zoneName
  location: 'global'
  tags: tags
}

resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = if (makesZone) {
  parent: zone
  name: linkName
  location: 'global'
  tags: tags
  properties: { registrationEnabled: false, virtualNetwork: { id: resourceId(subnet[2], subnet[4], 'Microsoft.Network/virtualNetworks', subnet[8]) } }
}

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    subnet: { id: subnetId }
    privateLinkServiceConnections: [
      { name: groupId, properties: { privateLinkServiceId: targetId, groupIds: [groupId] } }
    ]
  }
}

resource record 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = if (makesZone || !empty(existingZoneId)) {
  parent: endpoint
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [
      { name: groupId, properties: { privateDnsZoneId: makesZone ? zone.id : existingZoneId } }
    ]
  }
  dependsOn: [link]
}
