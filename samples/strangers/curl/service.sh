#!/bin/sh
# A service: a token by client credentials, and a call with it. Set ISSUER, API, CLIENT_ID, CLIENT_SECRET and SCOPE. Needs curl and jq.
set -eu

# By standard input, so that no list of processes shows the secret.
token=$(printf 'user = "%s:%s"' "$CLIENT_ID" "$CLIENT_SECRET" |
  curl -sS --fail-with-body --config - --data-urlencode grant_type=client_credentials --data-urlencode "scope=$SCOPE" "$ISSUER/connect/token" | jq -er .access_token)

printf 'header = "Authorization: Bearer %s"' "$token" | curl -sS --fail-with-body --config - "$API"
