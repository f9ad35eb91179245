// Copy this file, fill it in, and keep it: an upgrade of the template takes the same file again.
// Values of the guide may stay empty once the vault holds them.
using 'main.bicep'

param teamsTenantId = ''
param teamsClientId = ''
param teamsClientSecret = readEnvironmentVariable('TEAMS_CLIENT_SECRET', '')
param teamsClientExpiresOn = ''
param teamsUserEmail = ''
param teamsUserPassword = readEnvironmentVariable('TEAMS_USER_PASSWORD', '')
param teamsUserExpiresOn = ''
param operatorObjectId = ''
param acdAddresses = null
param adminAddresses = null
param alertEmail = ''
