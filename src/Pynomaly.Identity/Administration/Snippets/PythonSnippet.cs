namespace Pynomaly.Identity.Administration.Snippets;

/// <summary>Python with Authlib; APIs with joserfc, of the same makers.</summary>
internal sealed class PythonSnippet : ISnippetWriter
{
    /// <inheritdoc/>
    public Snippet? Write(SnippetClient client) => client.Purpose switch
    {
        ClientPurposes.Web => new("python", "Python (FastAPI)", "python", "pip install authlib fastapi httpx itsdangerous uvicorn", $$"""
            import os
            from authlib.integrations.starlette_client import OAuth
            from fastapi import FastAPI, Request
            from fastapi.responses import RedirectResponse
            from starlette.middleware.sessions import SessionMiddleware

            app = FastAPI()
            app.add_middleware(SessionMiddleware, secret_key=os.environ["SESSION_SECRET"], https_only=True, same_site="lax")
            oauth = OAuth()
            oauth.register(
                "pynomaly",
                server_metadata_url={{client.Issuer}} + "/.well-known/openid-configuration",
                client_id={{client.ClientId}},
                client_secret=os.environ["CLIENT_SECRET"],
                client_kwargs={"scope": {{client.Scope}}, "code_challenge_method": "S256", "token_endpoint_auth_method": "{{Method(client)}}"},
            )

            @app.get("/sign-in")
            async def sign_in(request: Request):
                return await oauth.pynomaly.authorize_redirect(request, {{client.RedirectUri}})

            @app.get({{client.RedirectPath}})
            async def signed_in(request: Request):
                token = await oauth.pynomaly.authorize_access_token(request)
                request.session.clear()
                request.session["person"] = token["userinfo"]["sub"]
                return RedirectResponse("/")
            """),
        ClientPurposes.Spa => null,
        ClientPurposes.Native => new("python", "Python on a device", "python", "pip install authlib requests", $$"""
            import http.server
            import webbrowser
            from urllib.parse import urlsplit, urlunsplit
            from authlib.common.security import generate_token
            from authlib.integrations.requests_client import OAuth2Session

            issuer = {{client.Issuer}}
            answers = []

            class Handler(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    answers.append(self.path)
                    self.send_response(200)
                    self.end_headers()
                    self.wfile.write(b"You can close this page.")

            server = http.server.HTTPServer(("127.0.0.1", 0), Handler)  # of a loopback address any port is accepted (RFC 8252 section 7.3)
            uri = urlsplit({{client.RedirectUri}})
            redirect_uri = urlunsplit((uri.scheme, f"{uri.hostname}:{server.server_port}", uri.path, uri.query, ""))
            verifier = generate_token(64)
            session = OAuth2Session({{client.ClientId}}, scope={{client.Scope}}, redirect_uri=redirect_uri, code_challenge_method="S256", token_endpoint_auth_method="none")
            url, state = session.create_authorization_url(issuer + "/connect/authorize", code_verifier=verifier)
            webbrowser.open(url)
            server.handle_request()
            token = session.fetch_token(issuer + "/connect/token", authorization_response=redirect_uri + "?" + urlsplit(answers[0]).query, state=state, code_verifier=verifier)
            """),
        ClientPurposes.Service => new("python", "Python", "python", "pip install authlib requests", $$"""
            import os
            from authlib.integrations.requests_client import OAuth2Session

            session = OAuth2Session({{client.ClientId}}, os.environ["CLIENT_SECRET"], scope={{client.Scope}}, token_endpoint_auth_method="{{Method(client)}}",
                                    token_endpoint={{client.Issuer}} + "/connect/token", grant_type="client_credentials")
            session.fetch_token()  # and renewed by itself when it has expired
            results = session.get("https://api.example.org/results").json()
            """),
        _ => new("python", "Python API (FastAPI)", "python", "pip install fastapi httpx joserfc uvicorn", $$"""
            import httpx
            from fastapi import Depends, FastAPI, Header, HTTPException
            from joserfc import jwt
            from joserfc.errors import JoseError
            from joserfc.jwk import KeySet

            # Tokens are checked here, by the published keys; {{client.ClientId}} is for introspection, where that is not enough.
            issuer = {{client.Issuer}}
            keys = KeySet.import_key_set(httpx.get(issuer + "/.well-known/jwks").raise_for_status().json())  # fetch them anew when a kid is unknown
            claims = jwt.JWTClaimsRegistry(iss={"essential": True, "value": issuer}, aud={"essential": True, "value": {{client.Audience}}}, exp={"essential": True})
            app = FastAPI()

            def token(authorization: str = Header("")):
                try:
                    found = jwt.decode(authorization.removeprefix("Bearer "), keys, algorithms=["ES256", "RS256"])
                    if found.header.get("typ") != "at+jwt":
                        raise ValueError("not an access token")
                    claims.validate(found.claims)
                    return found.claims
                except (JoseError, ValueError):
                    raise HTTPException(401, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})

            @app.get("/results")
            def results(token=Depends(token)):
                if "read:results" not in token.get("permissions", []):
                    raise HTTPException(403)
                return "Here they are"
            """),
    };

    private static string Method(SnippetClient client) => client.IsPost ? "client_secret_post" : "client_secret_basic";
}
