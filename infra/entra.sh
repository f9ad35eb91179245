#!/usr/bin/env bash
# The app registration with its permissions, consent and federated credential: what entra.bicep does, with the Azure CLI.
# Needs a Privileged Role Administrator, or somebody who may grant consent. Running it again changes nothing.
#
#   ./entra.sh IDENTITY_PRINCIPAL_ID [--delegated] [--groups]
set -euo pipefail

identity=${1:?"Say the identity: the output identityPrincipalId of main.bicep."}
shift
delegated=false
roles=(Presence.Read.All User.Read.All)
for option in "$@"; do
  case $option in
    --delegated) delegated=true ;;
    --groups) roles+=(GroupMember.Read.All) ;;
    *) echo "There is no option $option." >&2; exit 2 ;;
  esac
done

graph=00000003-0000-0000-c000-000000000000
tenant=$(az account show --query tenantId -o tsv)
login=$(az cloud show --query endpoints.activeDirectory -o tsv)

echo "App registration …"
app=$(az ad app list --filter "displayName eq 'Teams presence connector'" --query '[0].appId' -o tsv)
if [ -z "$app" ]; then
  app=$(az ad app create --display-name 'Teams presence connector' --sign-in-audience AzureADMyOrg --query appId -o tsv)
fi
az ad sp show --id "$app" --output none 2>/dev/null || az ad sp create --id "$app" --output none

echo "Permissions …"
for role in "${roles[@]}"; do
  id=$(az ad sp show --id "$graph" --query "appRoles[?value=='$role'].id | [0]" -o tsv)
  az ad app permission add --id "$app" --api "$graph" --api-permissions "$id=Role" --only-show-errors
done
if [ "$delegated" = true ]; then
  id=$(az ad sp show --id "$graph" --query "oauth2PermissionScopes[?value=='Presence.Read.All'].id | [0]" -o tsv)
  az ad app permission add --id "$app" --api "$graph" --api-permissions "$id=Scope" --only-show-errors
fi

echo "Admin consent …"
az ad app permission admin-consent --id "$app"

echo "Federated credential …"
if [ -z "$(az ad app federated-credential list --id "$app" --query "[?name=='managed-identity'].name" -o tsv)" ]; then
  az ad app federated-credential create --id "$app" --output none --parameters "{
    \"name\": \"managed-identity\",
    \"issuer\": \"${login%/}/$tenant/v2.0\",
    \"subject\": \"$identity\",
    \"audiences\": [\"api://AzureADTokenExchange\"]
  }"
fi

echo
echo "teams-tenant-id  $tenant"
echo "teams-client-id  $app"
