using System.CommandLine;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Administration;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"scopes": what clients may ask for, and the APIs that it leads to.</summary>
internal static class ScopesCommand
{
    public static Command Create() => new("scopes", "List, show, create, change and delete scopes.") { List(), Show(), Make(), Change(), Delete() };

    private static Command List()
    {
        var json = Options.Json();
        var command = new Command("list", "Show the scopes, and how many permissions and clients each has.") { json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            Output.List(result.GetValue(json), await session.Get<ScopeAdministration>().ListAsync(Operator.CommandLine, stop),
                scope => [("name", scope.Name), ("display_name", scope.DisplayName), ("resources", scope.Resources), ("permissions", scope.Permissions), ("clients", scope.Clients), ("standard", scope.IsStandard)], "There are no scopes.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Show()
    {
        var name = new Argument<string>("NAME");
        var json = Options.Json();
        var command = new Command("show", "Show a scope: the permissions that it covers, and the clients that may ask for it.") { name, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var scope = await session.Get<ScopeAdministration>().GetAsync(Operator.CommandLine, result.GetValue(name)!, stop);
            Output.Facts(result.GetValue(json),
            [
                ("name", scope.Name), ("display_name", scope.DisplayName), ("description", scope.Description), ("resources", scope.Resources), ("permissions", scope.Permissions), ("covers", scope.Covers),
                ("clients", scope.Clients), ("clients_total", scope.ClientCount), ("resource_servers", scope.ResourceServers), ("standard", scope.IsStandard),
            ]);
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Make()
    {
        var name = new Argument<string>("NAME") { Description = "The scope as clients ask for it." };
        var (title, description, resources, permissions) = Parts();
        var command = new Command("create", """
            Create a scope. It leads to the APIs of its resources, and covers all of their permissions or only those that are named.

            Example:
              Pynomaly.Identity.Server scopes create billing --resource https://billing.example.org --permission read:invoices --description "See your invoices"
            """)
        { name, title, description, resources, permissions };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var made = new NewScope(result.GetValue(name)!, result.GetValue(title), result.GetValue(description), result.GetValue(resources) ?? [], result.GetValue(permissions) is { Length: > 0 } patterns ? patterns : null);
            await session.Get<ScopeAdministration>().CreateAsync(Operator.CommandLine, made, stop);
            Output.Tell(result, $"The scope {made.Name} is created.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Change()
    {
        var name = new Argument<string>("NAME");
        var (title, description, resources, permissions) = Parts();
        var command = new Command("change", "Change what is named of a scope; what is not named stays.") { name, title, description, resources, permissions };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var patch = new JsonObject();
            if (result.GetValue(title) is { } t) patch["display_name"] = t;
            if (result.GetValue(description) is { } d) patch["description"] = d;
            if (result.GetValue(resources) is { Length: > 0 } r) patch["resources"] = Texts(r);
            if (result.GetValue(permissions) is { Length: > 0 } p) patch["permissions"] = Texts(p);
            if (patch.Count == 0) throw new UsageException("Name what is to change.");
            await session.Get<ScopeAdministration>().ChangeAsync(Operator.CommandLine, result.GetValue(name)!, patch, null, stop);
            Output.Tell(result, $"The scope {result.GetValue(name)} is changed.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Delete()
    {
        var name = new Argument<string>("NAME");
        var command = new Command("delete", "Delete a scope that no client may ask for.") { name };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            await session.Get<ScopeAdministration>().DeleteAsync(Operator.CommandLine, result.GetValue(name)!, null, stop);
            Output.Tell(result, $"The scope {result.GetValue(name)} is deleted.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static (Option<string?> Title, Option<string?> Description, Option<string[]> Resources, Option<string[]> Permissions) Parts() =>
    (
        new("--display-name") { Description = "Shown at consent.", HelpName = "TEXT" }, new("--description") { Description = "One sentence for the person at consent.", HelpName = "TEXT" },
        new("--resource") { Description = "The address of an API that it leads to: the audience of its tokens. May be repeated.", HelpName = "URI" },
        new("--permission") { Description = "A permission that it covers; patterns allowed. May be repeated.", HelpName = "PERMISSION" }
    );

    private static JsonArray Texts(string[] texts) => [.. texts.Select(text => (JsonNode)text)];
}
