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
            var (kind, metadata, made) = Read(result);
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var client = await session.Get<ClientAdministration>().CreateAsync(Operator.CommandLine, new NewClient(kind, result.GetValue(clientId)!, metadata) { Scope = made }, stop);
            Output.Made(result.GetValue(json), ("client_id", client.Client.ClientId), ("client_secret", client.Secret), $"The client {client.Client.ClientId} is created.", "Its secret, shown this once");
            return ExitCodes.Success;
        });
        return command;
    }

    /// <summary>The same as the body of the administration API's operation.</summary>
    public static void Fill(ParseResult result, JsonObject body)
    {
        var (kind, metadata, made) = Read(result);
        (body["purpose"], body["client_id"], body["metadata"]) = (kind, result.GetValue<string>("CLIENT_ID"), metadata);
        if (made is null) return;
        body["api_scope"] = new JsonObject { ["name"] = made.Name, ["resources"] = Texts([.. made.Resources]) };
        if (made.DisplayName is { } title) body["api_scope"]!["display_name"] = title;
    }

    private static (string Purpose, JsonObject Metadata, NewScope? Scope) Read(ParseResult result)
    {
        var uris = result.GetValue<string[]>("--redirect-uri") ?? [];
        var (open, name, resource) = (result.GetValue<bool>("--public"), result.GetValue<string?>("--name"), result.GetValue<string?>("--resource"));
        if (uris.Length == 0 && open) throw new UsageException("A public client signs people in: it needs a --redirect-uri.");
        var kind = result.GetValue<string?>("--purpose") ?? (uris.Length == 0 ? ClientPurposes.Service : open ? ClientPurposes.Spa : ClientPurposes.Web);
        if (result.GetValue<string?>("--api-scope") is not null && resource is null) throw new UsageException("--api-scope makes the scope of a --resource.");
        var metadata = new JsonObject();
        if (uris.Length > 0) metadata["redirect_uris"] = Texts(uris);
        if (name is not null) metadata["client_name"] = name;
        if (result.GetValue<string?>("--scope") is { } scopes) metadata["scope"] = scopes;
        if (result.GetValue<string[]>("--post-logout-redirect-uri") is { Length: > 0 } returns) metadata["post_logout_redirect_uris"] = Texts(returns);
        if (result.GetValue<string[]>("--permission") is { Length: > 0 } patterns) metadata["permissions"] = Texts(patterns);
        if (resource is not null) metadata["resources"] = Texts([resource]);
        return (kind, metadata, result.GetValue<string?>("--api-scope") is { } called ? new NewScope(called, name, null, [resource!], null) : null);
    }

    private static JsonArray Texts(string[] texts) => [.. texts.Select(text => (JsonNode)text)];
}
