using System.CommandLine;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"users": the accounts.</summary>
internal static class UsersCommand
{
    public static Command Create() => new("users", "Create, invite, list, disable and enable accounts, and make links for people who are locked out.")
    {
        UserCreation.Create(), UserLinks.Invite(), List(),
        OperationCommand.Create("show", "Show a person: account, factors, roles, and what they may do and why.", OperationCommand.Named("USERNAME", "The user name, or the account's id.")),
        OperationCommand.Create("change", "Change what is named of an account; what is not named stays.", OperationCommand.Named("USERNAME", "The user name, or the account's id."), OperationCommand.Text("--username", "Another name to sign in with.", "NAME"),
            OperationCommand.Text("--email", "Another e-mail address; it counts as unproven unless --email-verified is true.", "ADDRESS"), OperationCommand.Flag("--email-verified", "Whether the address counts as proven, on your word."), OperationCommand.Text("--name", "The person's name.")),
        OperationCommand.Create("sessions", "Show where a person is signed in, at most 200.", Name()), OperationCommand.Create("grants", "Show what a person allowed clients, at most 200.", Name()),
        OperationCommand.Create("activity", "Show what the audit trail says of a person, newest first.", Name(), new Option<int>("--limit") { Description = "How many at most; 200 when nothing is said.", DefaultValueFactory = _ => 200, HelpName = "NUMBER" }),
        Impersonate(), BulkCommand.Create(),
        UserLinks.ResetPassword(), UserLinks.ResetFactors(),
        Switch("disable", "Refuse an account everywhere, and end its sessions, grants and tokens at once.", "disabled",
            (users, id, stop) => users.DisableAsync(Operator.CommandLine, id, null, stop)),
        Switch("enable", "Let a disabled account be used again. What was ended stays ended.", "enabled",
            (users, id, stop) => users.EnableAsync(Operator.CommandLine, id, null, stop)),
        Switch("unlock", "Forget wrong passwords and wrong second factors.", "unlocked", async (users, id, stop) =>
        {
            await users.UnlockAsync(Operator.CommandLine, id, stop);
            return true;
        }),
        Switch("end-sessions", "End all sessions, grants and tokens of a person.", "signed out everywhere", async (users, id, stop) =>
        {
            await users.EndSessionsAsync(Operator.CommandLine, id, stop);
            return true;
        }),
        Delete(),
    };

    private static Argument<string> Name() => OperationCommand.Named("USERNAME", "The user name, or the account's id.");

    private static Command Impersonate() => OperationCommand.Create("impersonate", """
        Make a token in a person's stead for one API, to find out what they see there: at most ten minutes, marked by the claim act, and worth nothing at this
        server itself. It stands in the audit trail with its reason.

        Example:
          Pynomaly.Identity.Server users impersonate ada --client web --scope read:results --reason "Ticket 4711: sees no results"
        """,
        Name(), new Option<string>("--client") { Description = "The client that the token would be of.", Required = true, HelpName = "CLIENT_ID" }, new Option<string>("--scope") { Description = "Scopes of one API, with blanks between.", Required = true, HelpName = "SCOPE" },
        OperationCommand.Text("--resource", "The API, where the scopes lead to several.", "ADDRESS"), new Option<string>("--reason") { Description = "Why, in 5 to 500 characters.", Required = true, HelpName = "TEXT" });

    private static Command List()
    {
        var json = Options.Json();
        var search = new Option<string?>("--search") { Description = "The beginning of a user name or e-mail address." };
        var role = new Option<string?>("--role") { Description = "Who has this role." };
        var disabled = new Option<bool?>("--disabled") { Description = "true: only those; false: only the others." };
        var command = new Command("list", "Show accounts with their roles.") { search, role, disabled, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var query = new PeopleQuery { Search = result.GetValue(search), Role = result.GetValue(role), IsDisabled = result.GetValue(disabled), Order = "name" };
            await Output.ListAsync(result.GetValue(json), Parts.EachAsync(after => session.Get<People>().ListAsync(Operator.CommandLine, query, after, Cursors.Most, stop)),
                user => [("username", user.UserName), ("email", user.Email), ("roles", user.Roles), ("second_factor", user.HasSecondFactor), ("disabled", user.IsDisabled), ("created", user.Created), ("id", user.Id)],
                "There are none such. While nobody owns this server, it prints a link for setting up the first administrator when it starts.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Delete()
    {
        var name = new Argument<string>("USERNAME") { Description = "The user name, or the account's id." };
        var atOnce = new Option<bool>("--at-once") { Description = "Without the delay of Identity:Accounts:DeletionDelay." };
        var command = new Command("delete", "Delete an account: refused from now on, its rows gone after a delay, until when users enable keeps it.") { name, atOnce };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var asked = result.GetValue(name)!;
            var id = await session.Get<People>().FindIdAsync(Operator.CommandLine, asked, stop) ?? throw new ConfigurationException($"There is no account \"{asked}\". The command users list names them.");
            var day = await session.Get<UserAdministration>().DeleteAsync(Operator.CommandLine, id, result.GetValue(atOnce), null, stop);
            Output.Tell(result, day is null ? $"The account {asked} is deleted." : $"The account {asked} is refused from now on, and deleted after {day.Value.UtcDateTime:u}.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Switch(string verb, string description, string done, Func<UserAdministration, string, CancellationToken, Task<bool>> act)
    {
        var name = new Argument<string>("USERNAME") { Description = "The user name, or the account's id." };
        var command = new Command(verb, description) { name };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var users = session.Get<UserAdministration>();
            var asked = result.GetValue(name)!;
            var id = await session.Get<People>().FindIdAsync(Operator.CommandLine, asked, stop) ?? throw new ConfigurationException($"There is no account \"{asked}\". The command users list names them.");
            var changed = await act(users, id, stop);
            Output.Tell(result, changed ? $"The account {asked} is {done}." : $"The account {asked} was {done} already.");
            return ExitCodes.Success;
        });
        return command;
    }
}
