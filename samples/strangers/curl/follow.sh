#!/bin/sh
# Prints what is ended as soon as it is known: the jti of each token, and cut-offs as JSON. Set ISSUER. Needs curl 7.84 and jq.
set -u

list=$(curl -sS --fail --max-time 5 "$ISSUER/.well-known/openid-configuration" | jq -er .pynomaly_revocations_endpoint) && [ -n "$list" ] || exit 1
etag=$(mktemp) page=$(mktemp) cursor=
trap 'rm -f "$etag" "$page"' EXIT
trap 'exit 0' INT TERM

while :; do
  said=$(curl -sS --max-time 5 --etag-compare "$etag" --etag-save "$etag" --output "$page" --write-out '%{http_code} %header{retry-after}' "$list${cursor:+?since=$cursor}") || said=failed
  case $said in
    200*)
      jq -r '.revoked[].jti, (.cut_offs[] | tojson)' "$page"
      cursor=$(jq -r .cursor "$page")
      ;;
    304*) ;; # nothing new
    '429 '[0-9]* | '503 '[0-9]*) sleep "${said#* }" ;; # later, from the same place
    *) : >"$etag" && cursor= ;; # after any other error the whole list again
  esac
  sleep 0.5
done
