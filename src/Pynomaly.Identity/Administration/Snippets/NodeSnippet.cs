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

            const config = await oidc.discovery(new URL({{client.Issuer}}), {{client.ClientId}}, { id_token_signed_response_alg: "ES256" }, {{Method(client)}}(process.env.CLIENT_SECRET));
            const redirectUri = {{client.RedirectUri}};
            const app = express();
            app.use(session({ secret: process.env.SESSION_SECRET, resave: false, saveUninitialized: false, cookie: { secure: true, sameSite: "lax" } }));

            app.get("/sign-in", async (req, res) => {
              req.session.verifier = oidc.randomPKCECodeVerifier();
              req.session.state = oidc.randomState();
              res.redirect(oidc.buildAuthorizationUrl(config, {
                redirect_uri: redirectUri, scope: {{client.Scope}}, state: req.session.state,
                code_challenge: await oidc.calculatePKCECodeChallenge(req.session.verifier), code_challenge_method: "S256",
              }).href);
            });

            app.get({{client.RedirectPath}}, async (req, res) => {
              const tokens = await oidc.authorizationCodeGrant(config, new URL(req.originalUrl, redirectUri), {
                pkceCodeVerifier: req.session.verifier, expectedState: req.session.state,
              });
              req.session.regenerate(() => { req.session.person = tokens.claims().sub; res.redirect("/"); });
            });

            app.listen(3000);
            """),
        ClientPurposes.Spa => new("node", "Browser", "javascript", "npm install openid-client", $$"""
            import * as oidc from "openid-client";

            const config = await oidc.discovery(new URL({{client.Issuer}}), {{client.ClientId}}, { id_token_signed_response_alg: "ES256" }, oidc.None());

            export async function signIn() {
              const verifier = oidc.randomPKCECodeVerifier();
              const state = oidc.randomState();
              sessionStorage.setItem("sign-in", JSON.stringify({ verifier, state }));
              location.href = oidc.buildAuthorizationUrl(config, {
                redirect_uri: {{client.RedirectUri}}, scope: {{client.Scope}}, state,
                code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256",
              }).href;
            }

            // On the page of the redirect URI. Keep the tokens in memory, not in localStorage.
            export async function signedIn() {
              const { verifier, state } = JSON.parse(sessionStorage.getItem("sign-in"));
              sessionStorage.removeItem("sign-in");
              return oidc.authorizationCodeGrant(config, new URL(location.href), { pkceCodeVerifier: verifier, expectedState: state });
            }
            """),
        ClientPurposes.Native => new("node", "Node on a device", "javascript", "npm install openid-client", $$"""
            import * as oidc from "openid-client";
            import { createServer } from "node:http";

            const config = await oidc.discovery(new URL({{client.Issuer}}), {{client.ClientId}}, { id_token_signed_response_alg: "ES256" }, oidc.None());
            const verifier = oidc.randomPKCECodeVerifier();
            const state = oidc.randomState();
            const redirectUri = new URL({{client.RedirectUri}});

            const server = createServer(async (req, res) => {
              const tokens = await oidc.authorizationCodeGrant(config, new URL(req.url, redirectUri), { pkceCodeVerifier: verifier, expectedState: state });
              res.end("You can close this page.");
              console.log(`Hello ${tokens.claims().sub}`);
              server.close();
            });
            server.listen(0, "127.0.0.1", async () => {
              redirectUri.port = server.address().port; // of a loopback address any port is accepted (RFC 8252 §7.3)
              console.log("Open", oidc.buildAuthorizationUrl(config, {
                redirect_uri: redirectUri.href, scope: {{client.Scope}}, state,
                code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256",
              }).href);
            });
            """),
        ClientPurposes.Service => new("node", "Node", "javascript", "npm install openid-client", $$"""
            import * as oidc from "openid-client";

            const config = await oidc.discovery(new URL({{client.Issuer}}), {{client.ClientId}}, undefined, {{Method(client)}}(process.env.CLIENT_SECRET));
            const tokens = await oidc.clientCredentialsGrant(config, { scope: {{client.Scope}} });
            // Keep it for tokens.expires_in seconds: the next request needs no new one.
            const response = await fetch("https://api.example.org/results", { headers: { authorization: `Bearer ${tokens.access_token}` } });
            """),
        _ => new("node", "Node API", "javascript", "npm install express jose", $$"""
            import express from "express";
            import { createRemoteJWKSet, jwtVerify } from "jose";

            // Tokens are checked here, by the published keys; {{client.ClientId}} is for introspection, where that is not enough.
            const keys = createRemoteJWKSet(new URL("/.well-known/jwks", {{client.Issuer}}));
            const app = express();
            app.use(async (req, res, next) => {
              try {
                const token = (req.headers.authorization ?? "").replace(/^Bearer /i, "");
                req.token = (await jwtVerify(token, keys, { issuer: {{client.Issuer}}, audience: {{client.Audience}}, typ: "at+jwt", algorithms: ["ES256", "RS256"] })).payload;
                next();
              } catch {
                res.set("WWW-Authenticate", 'Bearer error="invalid_token"').sendStatus(401);
              }
            });
            app.get("/results", (req, res) => req.token.permissions?.includes("read:results") ? res.send("Here they are") : res.sendStatus(403));
            app.listen(3000);
            """),
    };

    private static string Method(SnippetClient client) => client.IsPost ? "oidc.ClientSecretPost" : "oidc.ClientSecretBasic";
}
