"""A resource server in another language: validates an access token by discovery and JWKS, with Debian's PyJWT.

Arguments: issuer and audience. Standard input: one token a line. Standard output: one JSON document a token, its claims or why it was refused.
"""

import json
import sys
import urllib.request

import jwt

issuer, audience = sys.argv[1:]


def fetch(url: str) -> dict:
    with urllib.request.urlopen(url, timeout=110) as answer:  # a starved machine is slow, not wrong
        return json.load(answer)


discovery = fetch(f"{issuer}/.well-known/openid-configuration")
if discovery["issuer"] != issuer:  # OpenID Connect Discovery 1.0, section 4.3
    sys.exit("the discovery document is another issuer's")
keys = jwt.PyJWKSet.from_dict(fetch(discovery["jwks_uri"]))


def validate(token: str) -> dict:
    header = jwt.get_unverified_header(token)
    if header.get("typ") != "at+jwt":  # RFC 9068, section 4
        raise jwt.InvalidTokenError("not an access token")
    key = next((known for known in keys.keys if known.key_id == header.get("kid")), None)
    if key is None:
        raise jwt.InvalidTokenError("signed by an unknown key")
    required = ["iss", "sub", "aud", "exp", "iat", "jti", "client_id"]
    return jwt.decode(token, key.key, algorithms=["ES256", "RS256"], issuer=issuer, audience=audience, options={"require": required})


for line in sys.stdin:
    try:
        print(json.dumps({"claims": validate(line.strip())}))
    except jwt.InvalidTokenError as refused:
        print(json.dumps({"refused": f"{type(refused).__name__}: {refused}"}))
