using System.CommandLine;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Administration;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"clients create": one client, from the preset of its purpose.</summary>
internal static class ClientCreation
{
    public static Command Create()
    {
        var clientId = new Argument<string>("CLIENT_ID") { Description = "Its name on the wire; it never changes." };
        var purpose = new Option<string?>("--purpose") { Description = $"{string.Join(", ", ClientPurposes.All)}; without it, web with a redirect URI (spa with --public) and service without.", HelpName = "PURPOSE" };
        var name = new Option<string?>("--name") { Description = "The name that people see." };
        var redirects = new Option<string[]>("--redirect-uri") { Description = "Where a code may be sent, exactly. May be repeated." };
        var logouts = new Option<string[]>("--post-logout-redirect-uri") { Description = "Where a logout may return to, exactly. May be repeated." };
        var scope = new Option<string?>("--scope") { Description = "What it may ask for, separated by blanks." };
        var permissions = new Option<string[]>("--permission") { Description = "What a service may do itself; patterns allowed. May be repeated." };
        var isPublic = new Option<bool>("--public") { Description = "It cannot keep a secret: a browser or mobile application." };
        var resource = new Option<string?>("--resource") { Description = "Of an API: its address, the audience of its tokens." };
        var apiScope = new Option<string?>("--api-scope") { Description = "Of an API: the scope to make, which leads to it." };
        var json = Options.Json();
        var command = new Command("create", """
            Create a client from the safe preset of its purpose: web (signs people in, on a server), spa (in the browser), native (on a device),
            service (acts for itself), resource (an API that asks what tokens are worth). Its secret, where it has one, is made here and shown
            once. Everything else that a client can be is changed by clients change, or written in a file for apply.

            Examples:
              Pynomaly.Identity.Server clients create nightly --scope pynomaly_api --permission read:*
              Pynomaly.Identity.Server clients create web --redirect-uri https://app.example.org/signin-oidc --scope "openid profile pynomaly_api"
              Pynomaly.Identity.Server clients create billing --purpose resource --resource https://billing.example.org --api-scope billing
            """)
        { clientId, purpose, name, redirects, logouts, scope, permissions, isPublic, resource, apiScope, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            var uris = result.GetValue(redirects) ?? [];
            var open = result.GetValue(isPublic);
            if (uris.Length == 0 && open) throw new UsageException("A public client signs people in: it needs a --redirect-uri.");
            var kind = result.GetValue(purpose) ?? (uris.Length == 0 ? ClientPurposes.Service : open ? ClientPurposes.Spa : ClientPurposes.Web);
            if (result.GetValue(apiScope) is not null && result.GetValue(resource) is null) throw new UsageException("--api-scope makes the scope of a --resource.");
            var metadata = new JsonObject();
            if (uris.Length > 0) metadata["redirect_uris"] = Texts(uris);
            if (result.GetValue(name) is { } title) metadata["client_name"] = title;
            if (result.GetValue(scope) is { } scopes) metadata["scope"] = scopes;
            if (result.GetValue(logouts) is { Length: > 0 } returns) metadata["post_logout_redirect_uris"] = Texts(returns);
            if (result.GetValue(permissions) is { Length: > 0 } patterns) metadata["permissions"] = Texts(patterns);
            if (result.GetValue(resource) is { } api) metadata["resources"] = Texts([api]);

            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var made = await session.Get<ClientAdministration>().CreateAsync(Operator.CommandLine, new NewClient(kind, result.GetValue(clientId)!, metadata)
            {
                Scope = result.GetValue(apiScope) is { } called ? new NewScope(called, result.GetValue(name), null, [result.GetValue(resource)!], null) : null,
            }, stop);
            Output.Made(result.GetValue(json), ("client_id", made.Client.ClientId), ("client_secret", made.Secret), $"The client {made.Client.ClientId} is created.", "Its secret, shown this once");
            return ExitCodes.Success;
        });
        return command;
    }

    private static JsonArray Texts(string[] texts) => [.. texts.Select(text => (JsonNode)text)];
}
