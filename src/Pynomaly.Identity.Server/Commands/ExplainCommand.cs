using System.CommandLine;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"explain" and "simulate": who may do what and why, and what a token would be.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var subject = new Argument<string>("SUBJECT") { Description = "A user's name or id, a client_id, or the id of an API key." };
        var permission = new Option<string?>("--permission") { Description = "About this one only." };
        var json = Options.Json();
        var command = new Command("explain", "Show what somebody may do, and why: from role or registration by pattern to permission.") { subject, permission, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            session.Get<Storage.ChangeFeed>().Look(); // nothing else looks while a command runs
            var told = await session.Get<Explanations>().ExplainAsync(Operator.CommandLine, result.GetValue(subject)!, result.GetValue(permission), stop);
            if (told.IsShut && !result.GetValue(json)) Console.Out.WriteLine($"{told.Name} is disabled or revoked, and gets no tokens. It would hold:");
            Output.List(result.GetValue(json), told.Permissions, held => [("permission", held.Permission), ("held", held.Reasons.Count > 0), ("because", held.Reasons.Select(Write))], $"{told.Name} holds no permission.");
            return ExitCodes.Success;
        });
        return command;
    }

    public static Command Simulate()
    {
        var client = new Option<string>("--client") { Description = "The client_id.", Required = true };
        var user = new Option<string?>("--user") { Description = "The user's name or id; left out: the client for itself." };
        var scope = new Option<string?>("--scope") { Description = "The scopes, separated by blanks." };
        var resources = new Option<string[]>("--resource") { Description = "A resource indicator (RFC 8707). May be repeated." };
        var json = Options.Json();
        var command = new Command("simulate", """
            Show what the token endpoint would answer now: claims, size, and why each permission is in or out. Nothing is issued.

            Example:
              Pynomaly.Identity.Server simulate --user ada --client web --scope "openid pynomaly_api"
            """)
        { client, user, scope, resources, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            session.Get<Storage.ChangeFeed>().Look();
            var asked = result.GetValue(user);
            var id = asked is null ? null : await session.Get<People>().FindIdAsync(Operator.CommandLine, asked, stop) ?? throw new ConfigurationException($"There is no account \"{asked}\".");
            var told = await session.Get<TokenSimulator>().RunAsync(Operator.CommandLine, new SimulationRequest
            {
                UserId = id, ClientId = result.GetValue(client)!, Scope = result.GetValue(scope), Resources = result.GetValue(resources) ?? [],
            }, stop);
            return Write(told, result.GetValue(json));
        });
        return command;
    }

    private static int Write(Simulation told, bool json)
    {
        if (told.Error is not null) throw new ConfigurationException($"{told.Error}: {told.ErrorDescription}");
        if (json)
        {
            Output.Json(new JsonObject
            {
                ["scope"] = told.Scope, ["audiences"] = new JsonArray([.. told.Audiences.Select(one => (JsonNode)one)]), ["lifetime"] = told.Lifetime, ["bytes"] = told.Bytes, ["budget"] = told.Budget,
                ["claims"] = JsonNode.Parse(told.Claims!),
            });
            return ExitCodes.Success;
        }

        Output.Json(JsonNode.Parse(told.Claims!)!);
        Console.Out.WriteLine($"{told.Bytes} bytes of {told.Budget}, for {told.Lifetime} s.");
        Console.Out.WriteLine();
        Output.List(false, told.Permissions, one =>
            [("permission", one.Permission), ("in", one.IsIn), ("held", one.Held.Count > 0 ? string.Join(", ", one.Held.Select(Write)) : "no"), ("client", one.ClientMay), ("covered", one.CoveredBy.Count > 0 ? string.Join(' ', one.CoveredBy) : "no")], null);
        return ExitCodes.Success;
    }

    private static string Write(PermissionReason reason) => $"{reason.Kind} {reason.Source}: {reason.Pattern}";
}
