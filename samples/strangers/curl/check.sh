#!/bin/sh
# Does the token on standard input hold, and allow something? The server is asked (RFC 7662): ./check.sh read:detectors <<< "$TOKEN"
# Ends with 0: yes. 1: the token does not hold (an API says 401). 2: it lacks the permission (403). 3: nobody can say now (503).
# Set ISSUER, and the API's own AUDIENCE, CLIENT_ID and CLIENT_SECRET. Needs curl and jq.
set -u

read -r token || [ -n "$token" ] || exit 1 # the last line may lack its end
case $token in '' | *[!A-Za-z0-9._~+/=-]*) exit 1 ;; esac # no token (RFC 6750 section 2.1); nor may it become options of curl

# Both parts form-encoded (RFC 6749 section 2.3.1); and by standard input, so that no list of processes shows secret and token.
basic=$(jq -nr '[env.CLIENT_ID, env.CLIENT_SECRET] | map(. // error("CLIENT_ID or CLIENT_SECRET is not set") | @uri) | join(":") | @base64') || exit 3
answer=$(printf 'header = "Authorization: Basic %s"\ndata-urlencode = "token=%s"\n' "$basic" "$token" |
  curl -sS --fail --max-time 5 --config - "$ISSUER/connect/introspect") || exit 3

# For this API, and no token bound to a key: nobody proves that key here.
printf %s "$answer" | jq -e --arg aud "$AUDIENCE" '.active and .token_type == "Bearer" and ([.aud] | flatten | index($aud) != null)' >/dev/null || exit 1
printf %s "$answer" | jq -e --arg wanted "$1" '.permissions | index($wanted) != null' >/dev/null || exit 2
