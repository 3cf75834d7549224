using System.CommandLine;
using System.Globalization;
using Pynomaly.Identity.Administration;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"bans": sources that are refused for a while.</summary>
internal static class BansCommand
{
    public static Command Create() => new("bans", "Show, make and lift bans of addresses. Every node obeys within a second.") { List(), OperationCommand.Create("sources", "Show the addresses that are not banned yet and may be: what they look for holes with, and with how many names their sign-ins failed."), Add(), Remove() };

    private static Command List()
    {
        var json = Options.Json();
        var command = new Command("list", "Show which addresses are banned, why and until when: stuffing (too many names failed to sign in), probing (it looked for holes), operator (somebody said so).") { json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            Output.List(result.GetValue(json), await session.Get<BanAdministration>().ListAsync(Operator.CommandLine, stop),
                ban => [("source", ban.Source), ("reason", ban.Reason), ("round", ban.Rounds + 1), ("created", ban.Created), ("until", ban.Until)], "Nobody is banned.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Add()
    {
        var source = Source();
        var length = new Option<string>("--for") { Description = "How long, as hours:minutes:seconds, with days as 14.00:00:00.", DefaultValueFactory = _ => "1.00:00:00", HelpName = "DURATION" };
        var json = Options.Json();
        var command = new Command("add", """
            Ban an address from now on, whatever Identity:Abuse says. Of an IPv6 address its /64 network is banned. What is published for
            everybody (discovery, keys, revocation list) stays open to it, and so do the pages to browsers that somebody has signed in with before.

            Example:
              Pynomaly.Identity.Server bans add 203.0.113.7 --for 7.00:00:00
            """)
        { source, length, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            if (!TimeSpan.TryParse(result.GetValue(length), CultureInfo.InvariantCulture, out var duration)) throw new UsageException("--for takes a duration, for example 12:00:00 for half a day.");
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var banned = await session.Get<BanAdministration>().AddAsync(Operator.CommandLine, result.GetValue(source)!, duration, stop);
            Say(result.GetValue(json), banned, true, $"{banned} is banned.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Remove()
    {
        var source = Source();
        var json = Options.Json();
        var command = new Command("remove", "Let a banned address in again, and forget what led to the ban.") { source, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var asked = result.GetValue(source)!;
            if (!await session.Get<BanAdministration>().RemoveAsync(Operator.CommandLine, asked, stop)) throw new ConfigurationException($"{asked} is not banned. The command bans list names those that are.");
            Say(result.GetValue(json), asked, false, $"{asked} is no longer banned.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Argument<string> Source() => new("ADDRESS") { Description = "The address, as bans list and the log show it." };

    private static void Say(bool json, string source, bool banned, string sentence)
    {
        if (json) Output.Json(new System.Text.Json.Nodes.JsonObject { ["source"] = source, ["banned"] = banned });
        else Console.Out.WriteLine(sentence);
    }
}
