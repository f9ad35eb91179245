#!/usr/bin/env bash
# The app registration with its permissions, consent and federated credential: what entra.bicep does, with the Azure CLI.
# Needs a Privileged Role Administrator, or somebody who may grant consent; public cloud only. Running it again changes
# nothing but what differs.
#
#   ./entra.sh IDENTITY_PRINCIPAL_ID [--delegated] [--groups]
set -euo pipefail

identity=${1:?"Say the identity: the output identityPrincipalId of main.bicep."}
shift
scopes=()
roles=(Presence.Read.All User.Read.All)
for option in "$@"; do
  case $option in
    --delegated) scopes+=(Presence.Read.All) ;;
    --groups) roles+=(GroupMember.Read.All) ;;
    *) echo "There is no option $option." >&2; exit 2 ;;
  esac
done

graph=00000003-0000-0000-c000-000000000000
name='Teams presence connector'
tenant=$(az account show --query tenantId -o tsv)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# What was just created is not everywhere at once.
patiently() {
  for _ in $(seq 10); do
    if "$@"; then return 0; fi
    sleep 6
  done
  "$@"
}

echo "App registration …"
app=$(az ad app list --filter "displayName eq '$name'" --query '[0].appId' -o tsv)
if [ -z "$app" ]; then
  app=$(az ad app create --display-name "$name" --sign-in-audience AzureADMyOrg --query appId -o tsv)
fi
if ! az ad sp show --id "$app" --output none 2>/dev/null; then
  patiently az ad sp create --id "$app" --output none
fi

echo "Permissions …"
access=()
for role in "${roles[@]}"; do
  id=$(az ad sp show --id "$graph" --query "appRoles[?value=='$role'].id | [0]" -o tsv)
  access+=("{\"id\": \"$id\", \"type\": \"Role\"}")
done
for scope in ${scopes[@]+"${scopes[@]}"}; do
  id=$(az ad sp show --id "$graph" --query "oauth2PermissionScopes[?value=='$scope'].id | [0]" -o tsv)
  access+=("{\"id\": \"$id\", \"type\": \"Scope\"}")
done
(IFS=,; echo "[{\"resourceAppId\": \"$graph\", \"resourceAccess\": [${access[*]}]}]") > "$scratch/access.json"
patiently az ad app update --id "$app" --required-resource-accesses "@$scratch/access.json"

echo "Federated credential …"
cat > "$scratch/credential.json" <<JSON
{
  "name": "managed-identity",
  "issuer": "https://login.microsoftonline.com/$tenant/v2.0",
  "subject": "$identity",
  "audiences": ["api://AzureADTokenExchange"]
}
JSON
known=$(az ad app federated-credential list --id "$app" --query "[?name=='managed-identity'].id | [0]" -o tsv)
if [ -z "$known" ]; then
  patiently az ad app federated-credential create --id "$app" --parameters "@$scratch/credential.json" --output none
else
  az ad app federated-credential update --id "$app" --federated-credential-id "$known" --parameters "@$scratch/credential.json" --output none
fi

echo "Admin consent …"
patiently az ad app permission admin-consent --id "$app"

echo
echo "teams-tenant-id  $tenant"
echo "teams-client-id  $app"
