"""An API in Flask that takes tokens of one issuer. ISSUER and AUDIENCE are set in the environment; run: flask --app api run"""

import functools, json, os, threading, time, urllib.request

import jwt
from flask import Flask, abort, g, make_response, request

from revocations import Revocations

ISSUER, AUDIENCE = os.environ["ISSUER"], os.environ["AUDIENCE"]
ALGORITHMS = {"EC": "ES256", "RSA": "RS256"}  # by the key, not by the token (RFC 8725 section 3.1)
REQUIRED = ["iss", "sub", "aud", "exp", "iat", "jti", "client_id"]  # RFC 9068 section 2.2


def read(url: str, timeout: float = 5) -> dict:
    with urllib.request.urlopen(url, timeout=timeout) as answer:
        return json.load(answer)


discovery = read(f"{ISSUER}/.well-known/openid-configuration", timeout=60)  # without it there is nothing to begin with
revocations = Revocations(discovery["pynomaly_revocations_endpoint"])
keys, keys_read, keys_readable, reading = {}, 0.0, False, threading.Lock()
app = Flask(__name__)


def key(kid: str):
    """An unknown key is worth one look at the key set in two seconds: a rotation refuses nobody, made-up names cost little."""
    global keys, keys_read, keys_readable
    if kid not in keys:
        with reading:  # one reads, the others wait for what it finds
            if kid not in keys and time.monotonic() - keys_read > 2:
                try:
                    keys, keys_readable = {one.key_id: one for one in jwt.PyJWKSet.from_dict(read(discovery["jwks_uri"])).keys}, True
                except Exception as problem:  # it says nothing of the token
                    app.logger.warning("the keys cannot be read: %s", problem)
                    keys_readable = False
                keys_read = time.monotonic()
            if kid not in keys and not keys_readable:
                unavailable()
    return keys.get(kid)


def validate(token: str) -> dict:
    """The claims of an access token; raises jwt.PyJWTError."""
    header = jwt.get_unverified_header(token)
    if header.get("typ") != "at+jwt":  # an ID token is no access token (RFC 9068 section 4)
        raise jwt.InvalidTokenError("not an access token")
    if (found := key(header.get("kid"))) is None or found.key_type not in ALGORITHMS:
        raise jwt.InvalidTokenError("unknown key")
    claims = jwt.decode(token, found.key, [ALGORITHMS[found.key_type]], issuer=ISSUER, audience=AUDIENCE, leeway=10, options={"require": REQUIRED})
    if "cnf" in claims:  # bound to a key that nobody proves here: without the proof it is no bearer token (RFC 9449 section 7.2)
        raise jwt.InvalidTokenError("bound to a key")
    if revocations.ended(claims, header["kid"]):
        raise jwt.InvalidTokenError("revoked")
    return claims


def refuse(status: int, **challenge: str):
    answer = make_response({"error": challenge.get("error")}, status)
    answer.headers["WWW-Authenticate"] = "Bearer " + ", ".join(f'{name}="{value}"' for name, value in {"realm": AUDIENCE, **challenge}.items())
    abort(answer)


def unavailable():
    abort(make_response({"error": "temporarily_unavailable"}, 503, {"Retry-After": "5"}))  # the token may be good: nobody knows


def permission(wanted: str):
    """Lets a request in whose token has this permission."""

    def guard(view):
        @functools.wraps(view)
        def guarded(*args, **kwargs):
            scheme, _, token = request.headers.get("Authorization", "").partition(" ")
            if scheme.lower() != "bearer":
                refuse(401)
            if not revocations.fresh():
                unavailable()
            try:
                g.claims = validate(token)
            except jwt.PyJWTError as problem:
                app.logger.info("refused: %s", problem)
                refuse(401, error="invalid_token")
            if wanted not in g.claims.get("permissions", []):
                refuse(403, error="insufficient_scope", scope=wanted)
            return view(*args, **kwargs)

        return guarded

    return guard


@app.get("/detectors")
@permission("read:detectors")
def detectors():
    return ["pump-vibration", "login-bursts"]


@app.post("/detectors")
@permission("write:detectors")
def add_detector():
    return {"added": True}, 201


@app.get("/health")
def health():
    return {"fresh": revocations.fresh()}, 200 if revocations.fresh() else 503
