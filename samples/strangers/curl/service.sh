#!/bin/sh
# A service: a token by client credentials, and a call with it. Set ISSUER, API, CLIENT_ID, CLIENT_SECRET and SCOPE. Needs curl and jq.
set -eu

# Both parts form-encoded (RFC 6749 section 2.3.1), and by standard input, so that no list of processes shows the secret.
basic=$(jq -nr '[env.CLIENT_ID, env.CLIENT_SECRET] | map(. // error("CLIENT_ID or CLIENT_SECRET is not set") | @uri) | join(":") | @base64')
token=$(printf 'header = "Authorization: Basic %s"' "$basic" |
  curl -sS --fail-with-body --max-time 10 --config - --data-urlencode grant_type=client_credentials --data-urlencode "scope=$SCOPE" "$ISSUER/connect/token" | jq -er .access_token)
[ -n "$token" ] # an older jq is content with no answer

printf 'header = "Authorization: Bearer %s"' "$token" | curl -sS --fail-with-body --max-time 30 --config - "$API"
