using System.CommandLine;
using Pynomaly.Identity.Administration;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"permissions": the catalogue.</summary>
internal static class PermissionsCommand
{
    public static Command Create() => new("permissions", "Show, enter and delete permissions, and see who holds one.") { List(), Show(), Make(), OperationCommand.Create("change", "Describe a permission anew, or say which API it belongs to.", Name(), OperationCommand.Text("--description", "One sentence for people: consent pages show it."), OperationCommand.Text("--resource", "The audience of the API that it belongs to; empty: of none.", "URI")), Delete() };

    private static Command List()
    {
        var json = Options.Json();
        var command = new Command("list", "Show all permissions with the API that they belong to.") { json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var groups = await session.Get<PermissionAdministration>().ListAsync(Operator.CommandLine, stop);
            Output.List(result.GetValue(json), [.. groups.SelectMany(group => group.Permissions)],
                one => [("name", one.Name), ("resource", one.Resource), ("description", one.Description)], "There are no permissions.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Show()
    {
        var (name, json) = (Name(), Options.Json());
        var command = new Command("show", "Show who grants a permission and who holds it: what its deletion would take away.") { name, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var asked = result.GetValue(name)!;
            var details = await session.Get<PermissionAdministration>().GetAsync(Operator.CommandLine, asked, stop);
            var people = await Parts.AllAsync(after => session.Get<Explanations>().HoldersAsync(Operator.CommandLine, asked, after, Cursors.Most, stop), Cursors.Most);
            Output.List(result.GetValue(json),
                [
                    .. details.Roles.Concat(details.Clients).Select(one => (one.Kind, Name: one.Source, Why: one.Pattern)),
                    .. details.Scopes.Select(scope => (Kind: "scope", Name: scope, Why: "covers it")),
                    .. people.Select(person => (Kind: "person", Name: person.UserName, Why: string.Join(", ", person.Reasons.Select(reason => $"{reason.Source}: {reason.Pattern}")))),
                ], row => [("kind", row.Kind), ("name", row.Name), ("why", row.Why)], "Nobody holds it.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Make()
    {
        var name = Name();
        var description = new Option<string?>("--description") { Description = "One sentence for people: consent pages show it." };
        var resource = new Option<string?>("--resource") { Description = "The audience of the API that it belongs to." };
        var command = new Command("create", "Enter a permission. Roles and clients whose patterns match hold it from then on.") { name, description, resource };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var made = await session.Get<PermissionAdministration>().CreateAsync(Operator.CommandLine, result.GetValue(name)!, result.GetValue(description), result.GetValue(resource), stop);
            Output.Tell(result, $"The permission {made.Name} is entered.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Delete()
    {
        var name = Name();
        var take = new Option<bool>("--take-away") { Description = "Take it out of the roles and clients that name it." };
        var command = new Command("delete", "Delete a permission that no role and no client names.") { name, take };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            await session.Get<PermissionAdministration>().DeleteAsync(Operator.CommandLine, result.GetValue(name)!, result.GetValue(take), null, stop);
            Output.Tell(result, $"The permission {result.GetValue(name)} is deleted.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Argument<string> Name() => new("PERMISSION") { Description = "verb:resource, for example read:detectors." };
}
