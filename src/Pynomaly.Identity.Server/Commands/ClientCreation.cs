using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"clients create": one client, of the two usual kinds.</summary>
internal static class ClientCreation
{
    public static Command Create()
    {
        var clientId = new Argument<string>("CLIENT_ID") { Description = "Its name on the wire; it never changes." };
        var name = new Option<string?>("--name") { Description = "The name that people see." };
        var redirects = new Option<string[]>("--redirect-uri") { Description = "Where a code may be sent, exactly. Makes it a client that signs people in. May be repeated." };
        var logouts = new Option<string[]>("--post-logout-redirect-uri") { Description = "Where a logout may return to, exactly. May be repeated." };
        var scope = new Option<string?>("--scope") { Description = "What it may ask for, separated by blanks." };
        var permissions = new Option<string[]>("--permission") { Description = "What a service may do itself; patterns allowed. May be repeated." };
        var isPublic = new Option<bool>("--public") { Description = "It cannot keep a secret: a browser or mobile application." };
        var json = Options.Json();
        var command = new Command("create", """
            Create a client. With a redirect URI it signs people in (authorization code, refresh token); without, it is a service (client
            credentials). Its secret is made here and shown once. Everything else that a client can be is written in a file for apply.

            Examples:
              Pynomaly.Identity.Server clients create nightly --scope pynomaly_api --permission read:*
              Pynomaly.Identity.Server clients create web --redirect-uri https://app.example.org/signin-oidc --scope "openid profile pynomaly_api"
            """)
        { clientId, name, redirects, logouts, scope, permissions, isPublic, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            var id = result.GetValue(clientId)!;
            var uris = result.GetValue(redirects) ?? [];
            if (uris.Length == 0 && result.GetValue(isPublic)) throw new UsageException("A public client signs people in: it needs a --redirect-uri.");
            var secret = result.GetValue(isPublic) ? null : Secrets.Create();
            var client = new JsonObject
            {
                ["client_id"] = id,
                ["redirect_uris"] = Texts(uris),
                ["grant_types"] = uris.Length == 0 ? Texts([GrantTypes.ClientCredentials]) : Texts([GrantTypes.AuthorizationCode, GrantTypes.RefreshToken]),
                ["response_types"] = uris.Length == 0 ? Texts([]) : Texts(["code"]),
                ["token_endpoint_auth_method"] = secret is null ? ClientAuthenticationMethods.None : ClientAuthenticationMethods.ClientSecretBasic,
                ["id_token_signed_response_alg"] = Algorithms.ES256,
            };
            if (secret is not null) client["client_secret"] = secret;
            if (result.GetValue(name) is { } title) client["client_name"] = title;
            if (result.GetValue(scope) is { } scopes) client["scope"] = scopes;
            if (result.GetValue(logouts) is { Length: > 0 } returns) client["post_logout_redirect_uris"] = Texts(returns);
            if (result.GetValue(permissions) is { Length: > 0 } patterns) client["permissions"] = Texts(patterns);
            var file = new ConfigurationFile();
            file.Add("the command line", Encoding.UTF8.GetBytes(new JsonObject { ["applications"] = new JsonArray(client) }.ToJsonString()));

            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            if ((await Parts.AllAsync(after => session.Get<ClientAdministration>().ListAsync(Operator.CommandLine, new ClientFilter { Search = id }, after, Cursors.Most, stop))).Any(other => other.ClientId == id))
                throw new ConfigurationException($"There is a client \"{id}\" already; it was not changed.");
            await session.Get<Configurator>().ApplyAsync(Operator.CommandLine, file, stop);
            Output.Made(result.GetValue(json), ("client_id", id), ("client_secret", secret), $"The client {id} is created.", "Its secret, shown this once");
            return ExitCodes.Success;
        });
        return command;
    }

    private static JsonArray Texts(string[] texts) => [.. texts.Select(text => (JsonNode)text)];
}
