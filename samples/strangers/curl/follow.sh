#!/bin/sh
# Prints what is ended as soon as it is known: the jti of each token, and cut-offs as JSON. Set ISSUER. Needs curl and jq.
set -u

list=$(curl -sS --fail "$ISSUER/.well-known/openid-configuration" | jq -er .pynomaly_revocations_endpoint) || exit 1
etag=$(mktemp) cursor=
trap 'rm -f "$etag"' EXIT
trap 'exit 0' INT TERM

while :; do
  if ! page=$(curl -sS --fail --max-time 5 --etag-compare "$etag" --etag-save "$etag" "$list${cursor:+?since=$cursor}"); then
    : >"$etag"
    cursor= # after an error the whole list again
  elif [ -n "$page" ]; then # else 304: nothing new
    printf %s "$page" | jq -r '.revoked[].jti, (.cut_offs[] | tojson)'
    cursor=$(printf %s "$page" | jq -r .cursor)
  fi
  sleep 0.5
done
