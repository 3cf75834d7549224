using System.CommandLine;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"users invite", "users reset-password", "users reset-factors": one-time links to hand over. An administrator never learns or sets a person's password.</summary>
internal static class UserLinks
{
    public static Command Invite()
    {
        var email = new Argument<string>("EMAIL") { Description = "The address of the person." };
        var roles = new Option<string[]>("--role") { Description = "A role of the account. May be repeated." };
        var json = Options.Json();
        var command = new Command("invite", """
            Invite a person, who chooses name and password by the link. It is sent when e-mail is set up, and shown here in any case.

            Examples:
              Pynomaly.Identity.Server users invite ada@example.org --role analyst
            """)
        { email, roles, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var address = result.GetValue(email)!;
            var link = await session.Get<AccountRegistry>().InviteAsync(Operator.CommandLine, address, result.GetValue(roles) ?? [], stop);
            Output.Made(result.GetValue(json), ("email", address), ("link", link), $"{address} is invited.", "The link, which works once");
            return ExitCodes.Success;
        });
        return command;
    }

    public static Command ResetPassword() => Link("reset-password", "Make a link by which a person sets a new password. It works once, for 15 minutes; hand it over after making sure who asks.",
        (session, id, stop) => session.Get<AccountRegistry>().ResetPasswordAsync(Operator.CommandLine, id, LinkDelivery.Hand, stop));

    public static Command ResetFactors() => Link("reset-factors", "Make a link that removes a person's lost second factors. It works once, for a day; the person signs in with the password then.",
        (session, id, stop) => session.Get<AccountRegistry>().ResetFactorsAsync(Operator.CommandLine, id, LinkDelivery.Hand, stop));

    private static Command Link(string verb, string description, Func<Session, string, CancellationToken, Task<string?>> make)
    {
        var name = new Argument<string>("USERNAME") { Description = "The user name, or the account's id." };
        var json = Options.Json();
        var command = new Command(verb, description) { name, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var asked = result.GetValue(name)!;
            var id = await session.Get<People>().FindIdAsync(Operator.CommandLine, asked, stop) ?? throw new ConfigurationException($"There is no account \"{asked}\". The command users list names them.");
            var link = await make(session, id, stop) ?? throw new ConfigurationException($"The account {asked} is disabled. The command users enable lets it be used again.");
            Output.Made(result.GetValue(json), ("username", asked), ("link", link), $"A link for {asked} is made.", "It works once");
            return ExitCodes.Success;
        });
        return command;
    }
}
