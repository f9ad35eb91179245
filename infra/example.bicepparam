// Copy this file, fill it in, and keep it: a later deployment of the template takes the same file again.
// Values of the guide only fill in what the vault does not hold yet.
using 'main.bicep'

param teamsTenantId = ''
param teamsClientId = ''
param teamsClientSecret = readEnvironmentVariable('TEAMS_CLIENT_SECRET', '')
param teamsClientExpiresOn = ''
param teamsUserEmail = ''
param teamsUserPassword = readEnvironmentVariable('TEAMS_USER_PASSWORD', '')
param teamsUserExpiresOn = ''
// You, or a group: az ad signed-in-user show --query id -o tsv
param operatorObjectId = ''
param acdAddresses = []
param adminAddresses = []
param alertEmail = ''
