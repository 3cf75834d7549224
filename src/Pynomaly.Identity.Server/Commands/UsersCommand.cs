using System.CommandLine;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"users": the accounts.</summary>
internal static class UsersCommand
{
    public static Command Create() => new("users", "Create, invite, list, disable and enable accounts, and make links for people who are locked out.")
    {
        UserCreation.Create(), UserLinks.Invite(), List(), UserLinks.ResetPassword(), UserLinks.ResetFactors(),
        Switch("disable", "Refuse an account everywhere, and end its sessions, grants and tokens at once.", "disabled",
            (users, id, stop) => users.DisableAsync(Operator.CommandLine, id, null, stop)),
        Switch("enable", "Let a disabled account be used again. What was ended stays ended.", "enabled",
            (users, id, stop) => users.EnableAsync(Operator.CommandLine, id, null, stop)),
    };

    private static Command List()
    {
        var json = Options.Json();
        var command = new Command("list", "Show all accounts with their roles.") { json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            Output.List(result.GetValue(json), await Parts.AllAsync(after => session.Get<People>().ListAsync(Operator.CommandLine, new PeopleQuery(), after, Cursors.Most, stop)),
                user => [("username", user.UserName), ("email", user.Email), ("roles", user.Roles), ("second_factor", user.HasSecondFactor), ("disabled", user.IsDisabled), ("created", user.Created), ("id", user.Id)],
                "There are no accounts. The server prints a link for setting up the first administrator when it starts.");
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
            Console.Out.WriteLine(changed ? $"The account {asked} is {done}." : $"The account {asked} was {done} already.");
            return ExitCodes.Success;
        });
        return command;
    }
}
