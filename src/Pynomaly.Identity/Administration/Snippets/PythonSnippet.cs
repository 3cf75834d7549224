namespace Pynomaly.Identity.Administration.Snippets;

/// <summary>Python with Flask, Authlib and PyJWT.</summary>
internal sealed class PythonSnippet : ISnippetWriter
{
    /// <inheritdoc/>
    public Snippet? Write(SnippetClient client) => client.Purpose switch
    {
        ClientPurposes.Web => new("python", "Python (Flask)", "python", "pip install authlib flask requests", $$"""
            import os

            from authlib.integrations.base_client import OAuthError
            from authlib.integrations.flask_client import OAuth
            from flask import Flask, redirect, session

            REDIRECT_URI = {{client.RedirectUri}}{{client.Remark(" #")}}

            app = Flask(__name__)
            app.config.update(
                SECRET_KEY=os.environ["SESSION_SECRET"],
                SESSION_COOKIE_SECURE=REDIRECT_URI.startswith("https:"),
                SESSION_COOKIE_SAMESITE="Lax",
            )
            pynomaly = OAuth(app).register(
                "pynomaly",
                server_metadata_url={{client.Issuer}} + "/.well-known/openid-configuration",
                client_id={{client.ClientId}},
                client_secret=os.environ["CLIENT_SECRET"],
                # state and nonce are Authlib's own doing
                client_kwargs={"scope": {{client.Scope}}, "code_challenge_method": "S256", "token_endpoint_auth_method": "{{Method(client)}}"},
            )


            @app.get("/")
            def home():
                person = session.get("person")
                return (f"Hello {person.get('name') or person['sub']}", {"Content-Type": "text/plain"}) if person else redirect("/sign-in")


            @app.get("/sign-in")
            def sign_in():
                return pynomaly.authorize_redirect(REDIRECT_URI)


            @app.get({{client.RedirectPath}})
            def signed_in():
                try:
                    token = pynomaly.authorize_access_token()
                    person = pynomaly.userinfo(token=token)
                except OAuthError as refused:
                    app.logger.warning("sign-in: %s", refused)
                    return "The sign-in did not succeed.", 400
                if person["sub"] != token["userinfo"]["sub"]:  # OpenID Connect Core, section 5.3.2
                    return "The sign-in did not succeed.", 400
                session.clear()
                session["person"] = {"sub": person["sub"], "name": person.get("name")}  # never tokens: Flask's cookie can be read
                return redirect("/")


            if __name__ == "__main__":
                app.run(port=int(os.environ.get("PORT", "3000")))
            """),
        ClientPurposes.Spa => null,
        ClientPurposes.Native => new("python", "Python on a device", "python", "pip install authlib requests", $$"""
            import hmac
            import http.server
            import webbrowser
            from urllib.parse import parse_qs, urlsplit

            from authlib.common.security import generate_token
            from authlib.integrations.requests_client import OAuth2Session

            ISSUER = {{client.Issuer}}
            REDIRECT_URI = urlsplit({{client.RedirectUri}}){{client.Remark("#")}}
            answer = {}


            class Handler(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    if urlsplit(self.path).path != REDIRECT_URI.path:
                        return self.send_error(404)
                    answer.update((name, values[0]) for name, values in parse_qs(urlsplit(self.path).query).items())
                    self.send_response(200)
                    self.end_headers()
                    self.wfile.write(b"You can close this page.")

                def log_message(self, *_):
                    pass  # the address holds the code


            server = http.server.HTTPServer(("127.0.0.1", 0), Handler)  # of a loopback address any port is accepted (RFC 8252 section 7.3)
            redirect_uri = REDIRECT_URI._replace(netloc=f"127.0.0.1:{server.server_port}").geturl()
            verifier = generate_token(64)
            session = OAuth2Session({{client.ClientId}}, scope={{client.Scope}}, redirect_uri=redirect_uri, code_challenge_method="S256", token_endpoint_auth_method="none")
            address, state = session.create_authorization_url(ISSUER + "/connect/authorize", code_verifier=verifier)
            print("Open in a browser:", address, flush=True)
            webbrowser.open(address)
            while "state" not in answer:
                server.handle_request()
            if not hmac.compare_digest(answer["state"], state) or answer.get("iss") != ISSUER or "code" not in answer:
                raise SystemExit(answer.get("error", "That does not answer this request."))

            session.fetch_token(ISSUER + "/connect/token", code=answer["code"], code_verifier=verifier)
            person = session.get(ISSUER + "/connect/userinfo").json()
            print(f"Hello {person.get('name') or person['sub']}")
            """),
        ClientPurposes.Service => new("python", "Python", "python", "pip install authlib requests", $$"""
            import os

            from authlib.integrations.requests_client import OAuth2Session

            session = OAuth2Session(
                {{client.ClientId}},
                os.environ["CLIENT_SECRET"],
                {{(client.Scopes.Count > 0 ? $"scope={client.Scope},\n    " : "")}}token_endpoint={{client.Issuer}} + "/connect/token",
                token_endpoint_auth_method="{{Method(client)}}",
                grant_type="client_credentials",
            )
            session.fetch_token()  # kept, and renewed by itself when it has expired
            response = session.get(os.environ["API_URL"], timeout=10)
            print(response.status_code, response.text)
            """),
        _ => new("python", "Python API (Flask)", "python", "pip install flask \"pyjwt[crypto]\" requests", $$"""
            import os
            from functools import wraps

            import jwt
            import requests
            from flask import Flask, Response, g, request

            # Tokens are checked here, by the published keys; {{client.ClientId}} is for introspection, where that is not enough.
            ISSUER = {{client.Issuer}}
            AUDIENCE = {{client.Audience}}
            discovery = requests.get(ISSUER + "/.well-known/openid-configuration", timeout=10).json()
            keys = jwt.PyJWKClient(discovery["jwks_uri"])  # kept, and read again when a key is new
            app = Flask(__name__)


            def refuse(status: int, challenge: str) -> Response:
                return Response(status=status, headers={"WWW-Authenticate": challenge})


            def claims_of(token: str) -> dict:
                if jwt.get_unverified_header(token).get("typ") != "at+jwt":  # an ID token is not an access token (RFC 9068 section 4)
                    raise jwt.InvalidTokenError("not an access token")
                key = keys.get_signing_key_from_jwt(token)
                claims = jwt.decode(
                    token,
                    key.key,
                    algorithms=["ES256" if key.key_type == "EC" else "RS256"],  # by the key, not by the token
                    issuer=ISSUER,
                    audience=AUDIENCE,
                    leeway=10,
                    options={"require": ["exp", "iat", "iss", "aud", "sub", "client_id", "jti"]},
                )
                if "cnf" in claims:
                    raise jwt.InvalidTokenError("bound to a key: no bearer token")
                return claims


            def permission(name: str):
                def guard(endpoint):
                    @wraps(endpoint)
                    def guarded(*args, **kwargs):
                        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
                        if scheme.lower() != "bearer" or not token:
                            return refuse(401, "Bearer")
                        try:
                            g.claims = claims_of(token.strip())
                        except jwt.PyJWTError as problem:
                            if isinstance(problem.__context__, OSError):  # the keys cannot be read, which says nothing of the token
                                return Response(status=503, headers={"Retry-After": "5"})
                            return refuse(401, 'Bearer error="invalid_token"')
                        if name not in g.claims.get("permissions", []):
                            return refuse(403, f'Bearer error="insufficient_scope", scope="{name}"')
                        return endpoint(*args, **kwargs)
                    return guarded
                return guard


            @app.get("/results")
            @permission("read:results")
            def results():
                return "Here they are"


            if __name__ == "__main__":
                app.run(port=int(os.environ.get("PORT", "3000")))
            """),
    };

    private static string Method(SnippetClient client) => client.IsPost ? "client_secret_post" : "client_secret_basic";
}
