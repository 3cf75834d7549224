namespace Pynomaly.Identity.Administration.Snippets;

/// <summary>JavaScript with openid-client, which runs in Node and in browsers; APIs with jose.</summary>
internal sealed class NodeSnippet : ISnippetWriter
{
    /// <inheritdoc/>
    public Snippet? Write(SnippetClient client) => client.Purpose switch
    {
        ClientPurposes.Web => new("node", "Node (Express)", "javascript", "npm install openid-client express express-session", $$"""
            import * as oidc from "openid-client";
            import express from "express";
            import session from "express-session";

            {{Discover(client, $"{{ id_token_signed_response_alg: {client.Algorithm} }}", $"{Method(client)}(process.env.CLIENT_SECRET)")}}
            const redirectUri = {{client.RedirectUri}};{{client.Remark("//")}}

            const app = express();
            app.set("trust proxy", 1); // the proxy that ends TLS
            app.use(session({
              secret: process.env.SESSION_SECRET, resave: false, saveUninitialized: false, // give it a store that outlives a restart
              cookie: { httpOnly: true, sameSite: "lax", secure: redirectUri.startsWith("https:") },
            }));

            app.get("/", (req, res) => req.session.person ? res.type("text").send(`Hello ${req.session.person.name ?? req.session.person.sub}`) : res.redirect("/sign-in"));

            app.get("/sign-in", async (req, res) => {
              const pending = { verifier: oidc.randomPKCECodeVerifier(), state: oidc.randomState(), nonce: oidc.randomNonce() };
              req.session.pending = pending;
              res.redirect(oidc.buildAuthorizationUrl(config, {
                redirect_uri: redirectUri, scope: {{client.Scope}}, state: pending.state, nonce: pending.nonce,
                code_challenge: await oidc.calculatePKCECodeChallenge(pending.verifier), code_challenge_method: "S256",
              }).href);
            });

            app.get({{client.RedirectPath}}, async (req, res) => {
              const pending = req.session.pending;
              delete req.session.pending;
              if (!pending) return res.status(400).type("text").send("This sign-in was not begun here.");
              try {
                const tokens = await oidc.authorizationCodeGrant(config, new URL(req.originalUrl, redirectUri), {
                  pkceCodeVerifier: pending.verifier, expectedState: pending.state, expectedNonce: pending.nonce, idTokenExpected: true,
                });
                const person = await oidc.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
                req.session.regenerate(() => { // a new session for who has just signed in
                  req.session.person = { sub: person.sub, name: person.name };
                  res.redirect("/");
                });
              } catch (error) {
                console.error(error);
                res.status(400).type("text").send("The sign-in did not succeed.");
              }
            });

            app.listen(process.env.PORT ?? 3000, "127.0.0.1");
            """),
        ClientPurposes.Spa => new("node", "Browser", "javascript", "npm install openid-client", $$"""
            import * as oidc from "openid-client";

            {{Discover(client, $"{{ id_token_signed_response_alg: {client.Algorithm} }}", "oidc.None()")}}
            const redirectUri = {{client.RedirectUri}}; // the page that this script is on
            let tokens; // in memory only: what gets into the page finds nothing in a storage

            export async function signIn() {
              const pending = { verifier: oidc.randomPKCECodeVerifier(), state: oidc.randomState(), nonce: oidc.randomNonce() };
              sessionStorage.setItem("sign-in", JSON.stringify(pending));
              location.assign(oidc.buildAuthorizationUrl(config, {
                redirect_uri: redirectUri, scope: {{client.Scope}}, state: pending.state, nonce: pending.nonce,
                code_challenge: await oidc.calculatePKCECodeChallenge(pending.verifier), code_challenge_method: "S256",
              }));
            }

            // Call it when the page has loaded. It answers who has signed in, or nothing.
            export async function signedIn() {
              const pending = JSON.parse(sessionStorage.getItem("sign-in"));
              const address = new URL(location.href);
              if (!pending || !address.searchParams.has("state")) return undefined;
              sessionStorage.removeItem("sign-in");
              history.replaceState(null, "", redirectUri); // the code leaves the address bar
              tokens = await oidc.authorizationCodeGrant(config, address, {
                pkceCodeVerifier: pending.verifier, expectedState: pending.state, expectedNonce: pending.nonce, idTokenExpected: true,
              });
              return oidc.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
            }

            // An API of yours, in the name of who has signed in.
            export const call = (address) => fetch(address, { headers: { authorization: `Bearer ${tokens.access_token}` } });
            """),
        ClientPurposes.Native => new("node", "Node on a device", "javascript", "npm install openid-client", $$"""
            import * as oidc from "openid-client";
            import { createServer } from "node:http";

            {{Discover(client, $"{{ id_token_signed_response_alg: {client.Algorithm} }}", "oidc.None()")}}
            const redirectUri = new URL({{client.RedirectUri}});{{client.Remark("//")}}
            const [verifier, state, nonce] = [oidc.randomPKCECodeVerifier(), oidc.randomState(), oidc.randomNonce()];

            const server = createServer(async (req, res) => {
              const address = new URL(req.url, redirectUri);
              if (address.pathname !== redirectUri.pathname) return res.writeHead(404).end();
              try {
                const tokens = await oidc.authorizationCodeGrant(config, address, { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true });
                const person = await oidc.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
                res.end("You can close this page.");
                console.log(`Hello ${person.name ?? person.sub}`);
              } catch (error) {
                res.writeHead(400).end("The sign-in did not succeed.");
                console.error(error);
                process.exitCode = 1;
              }
              server.close();
            });
            server.listen(0, "127.0.0.1", async () => {
              redirectUri.port = server.address().port; // of a loopback address any port is accepted (RFC 8252 section 7.3)
              const address = oidc.buildAuthorizationUrl(config, {
                redirect_uri: redirectUri.href, scope: {{client.Scope}}, state, nonce,
                code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256",
              });
              console.log("Open in a browser, never in a view of the application:", address.href);
            });
            """),
        ClientPurposes.Service => new("node", "Node", "javascript", "npm install openid-client", $$"""
            import * as oidc from "openid-client";

            {{Discover(client, "undefined", $"{Method(client)}(process.env.CLIENT_SECRET)")}}
            let token, until = 0;

            async function accessToken() {
              if (Date.now() >= until) {
                const tokens = await oidc.clientCredentialsGrant(config{{(client.Scopes.Count > 0 ? $", {{ scope: {client.Scope} }}" : "")}});
                [token, until] = [tokens.access_token, Date.now() + (tokens.expires_in - 30) * 1000]; // kept, and renewed before it ends
              }
              return token;
            }

            const response = await fetch(process.env.API_URL, { headers: { authorization: `Bearer ${await accessToken()}` } });
            console.log(response.status, await response.text());
            """),
        _ => new("node", "Node API", "javascript", "npm install express jose", $$"""
            import express from "express";
            import { createRemoteJWKSet, errors, jwtVerify } from "jose";

            // Tokens are checked here, by the published keys; {{client.ClientId}} is for introspection, where that is not enough.
            const issuer = {{client.Issuer}};
            const discovery = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
            const keys = createRemoteJWKSet(new URL(discovery.jwks_uri)); // kept, and read again when a key is new
            const checks = {
              issuer, audience: {{client.Audience}}, typ: "at+jwt", algorithms: ["ES256", "RS256"], // an ID token is not an access token (RFC 9068 section 4)
              requiredClaims: ["exp", "sub", "client_id", "jti"], clockTolerance: 10,
            };

            const app = express();
            app.use(async (req, res, next) => {
              const token = /^Bearer +(.+)$/i.exec(req.headers.authorization ?? "")?.[1];
              if (!token) return res.set("WWW-Authenticate", "Bearer").sendStatus(401);
              try {
                req.token = (await jwtVerify(token, keys, checks)).payload;
                if (req.token.cnf) throw new errors.JWTInvalid("bound to a key: no bearer token");
              } catch (error) {
                if (!(error instanceof errors.JOSEError)) throw error; // the keys cannot be fetched: the token may be good
                return res.set("WWW-Authenticate", 'Bearer error="invalid_token"').sendStatus(401);
              }
              next();
            });

            const permission = (name) => (req, res, next) =>
              req.token.permissions?.includes(name) ? next() : res.set("WWW-Authenticate", `Bearer error="insufficient_scope", scope="${name}"`).sendStatus(403);

            app.get("/results", permission("read:results"), (req, res) => res.send("Here they are"));
            app.listen(process.env.PORT ?? 3000, "127.0.0.1");
            """),
    };

    private static string Method(SnippetClient client) => client.IsPost ? "oidc.ClientSecretPost" : "oidc.ClientSecretBasic";

    private static string Discover(SnippetClient client, string metadata, string method) =>
        $"const config = await oidc.discovery(new URL({client.Issuer}), {client.ClientId}, {metadata}, {method}"
        + (client.IsLocal ? ",\n  { execute: [oidc.allowInsecureRequests] }); // http is for this machine only" : ");");
}
