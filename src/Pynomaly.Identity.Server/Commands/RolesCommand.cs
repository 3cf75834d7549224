using System.CommandLine;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"roles": what they grant, and who has them.</summary>
internal static class RolesCommand
{
    public static Command Create() => new("roles", "Show, make, change and delete roles, and give them to people.") { List(), Show(), OperationCommand.Create("holders", "Show who has a role.", Name()), Expand(), Make(), Change(), Delete(), Give("assign"), Give("unassign") };

    private static Command List()
    {
        var json = Options.Json();
        var command = new Command("list", "Show all roles with their patterns.") { json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var roles = await Parts.AllAsync(after => session.Get<RoleAdministration>().ListAsync(Operator.CommandLine, after, Cursors.Most, stop));
            Output.List(result.GetValue(json), roles, role =>
                [("name", role.Name), ("permissions", role.Patterns.Select(one => one.Pattern)), ("grants", role.Permissions.Count), ("administrators", role.IsAdministrators), ("description", role.Description)], "There are no roles.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Show()
    {
        var name = Name();
        var json = Options.Json();
        var command = new Command("show", "Show what each pattern of a role grants today, and who has it.") { name, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var roles = session.Get<RoleAdministration>();
            var role = await roles.GetAsync(Operator.CommandLine, result.GetValue(name)!, stop);
            Output.List(result.GetValue(json), role.Patterns, one => [("pattern", one.Pattern), ("grants", one.Permissions)], "The role grants nothing.");
            if (result.GetValue(json)) return ExitCodes.Success;
            Console.Out.WriteLine();
            var holders = await Parts.AllAsync(after => roles.HoldersAsync(Operator.CommandLine, role.Name, after, Cursors.Most, stop), Cursors.Most);
            Output.List(false, holders, one => [("username", one.UserName), ("email", one.Email), ("disabled", one.IsDisabled), ("id", one.Id)], "Nobody has it.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Expand() => OperationCommand.Create("expand", """
        Show what permissions or patterns would grant, over the catalogue of today.

        Example:
          Pynomaly.Identity.Server roles expand "read:*" view:audit
        """, new Argument<string[]>("PATTERN") { Description = "A permission or a pattern.", Arity = ArgumentArity.OneOrMore });

    private static Command Make()
    {
        var (name, description, permissions, factor) = (Name(), Description(), Permissions(), Factor());
        var command = new Command("create", """
            Make a role.

            Example:
              Pynomaly.Identity.Server roles create auditor --permission "read:*" --permission view:audit --description "Looks after the looking"
            """)
        { name, description, permissions, factor };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var role = await session.Get<RoleAdministration>().CreateAsync(Operator.CommandLine, result.GetValue(name)!,
                new RoleChange { Description = result.GetValue(description), Permissions = result.GetValue(permissions) ?? [], RequireSecondFactor = result.GetValue(factor) }, stop);
            Output.Tell(result, $"The role {role.Name} is made; it grants {role.Permissions.Count} of the permissions there are.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Change()
    {
        var (name, description, permissions, factor, end) = (Name(), Description(), Permissions(), Factor(), EndTokens());
        var command = new Command("change", "Change a role; what is not named stays. --permission names all that it grants from now on.") { name, description, permissions, factor, end };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var role = await session.Get<RoleAdministration>().ChangeAsync(Operator.CommandLine, result.GetValue(name)!, new RoleChange
            {
                Description = result.GetValue(description), Permissions = result.GetValue(permissions) is { Length: > 0 } given ? given : null, RequireSecondFactor = result.GetValue(factor),
            }, result.GetValue(end), null, stop);
            Output.Tell(result, $"The role {role.Name} grants {role.Permissions.Count} of the permissions there are.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Delete()
    {
        var (name, end) = (Name(), EndTokens());
        var take = new Option<bool>("--take-away") { Description = "Take it from those who have it." };
        var command = new Command("delete", "Delete a role that nobody has.") { name, take, end };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            await session.Get<RoleAdministration>().DeleteAsync(Operator.CommandLine, result.GetValue(name)!, result.GetValue(take), result.GetValue(end), null, stop);
            Output.Tell(result, $"The role {result.GetValue(name)} is deleted.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Give(string verb)
    {
        var isGiven = verb == "assign";
        var (name, end) = (Name(), EndTokens());
        var user = new Argument<string>("USERNAME") { Description = "The user name, or the account's id." };
        var command = new Command(verb, isGiven ? "Give a person a role." : "Take a role from a person.") { name, user };
        if (!isGiven) command.Add(end);
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var (role, asked) = (result.GetValue(name)!, result.GetValue(user)!);
            var id = await session.Get<People>().FindIdAsync(Operator.CommandLine, asked, stop) ?? throw new ConfigurationException($"There is no account \"{asked}\". The command users list names them.");
            var roles = session.Get<RoleAdministration>();
            var changed = isGiven ? await roles.AssignAsync(Operator.CommandLine, id, role, stop) : await roles.UnassignAsync(Operator.CommandLine, id, role, result.GetValue(end), stop);
            Output.Tell(result, (isGiven, changed) switch
            {
                (true, true) => $"{asked} has the role {role} now.",
                (true, false) => $"{asked} had the role {role} already.",
                (false, true) => $"{asked} no longer has the role {role}.",
                _ => $"{asked} did not have the role {role}.",
            });
            return ExitCodes.Success;
        });
        return command;
    }

    private static Argument<string> Name() => new("ROLE") { Description = "The role's name." };

    private static Option<string?> Description() => new("--description") { Description = "One sentence for administrators." };

    private static Option<string[]> Permissions() => new("--permission") { Description = "A permission or a pattern, for example read:detectors or \"read:*\". May be repeated." };

    private static Option<bool?> Factor() => new("--require-second-factor") { Description = "true: who has it signs in with a second factor only." };

    private static Option<bool> EndTokens() => new("--end-tokens") { Description = "End the living access tokens of those who have it; they are made anew without what was taken away." };
}
