using System.CommandLine;
using Pynomaly.Identity.Administration;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"revocations": what is on the revocation list. The command revoke adds to it.</summary>
internal static class RevocationsCommand
{
    private const int Usual = 200;

    public static Command Create() => new("revocations", "Show the revocation list. The command revoke adds to it.") { List(), OperationCommand.Create("status", "Show how the list stands on the node that answers: newest entry, tokens, bytes in memory, followers, and how long entries took to reach them.") };

    private static Command List()
    {
        var kind = new Option<string?>("--kind") { Description = "Only jti (single tokens), client_id or kid (cut-offs).", HelpName = "KIND" };
        var limit = new Option<int>("--limit") { Description = $"How many at most; {Usual} when nothing is said.", DefaultValueFactory = _ => Usual, HelpName = "NUMBER" };
        var json = Options.Json();
        var command = new Command("list", "Show the revocation list, the newest first.") { kind, limit, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            Output.List(result.GetValue(json), await Parts.AllAsync(after => session.Get<RevocationAdministration>().ListAsync(Operator.CommandLine, result.GetValue(kind), after, Cursors.Most, stop), result.GetValue(limit)),
                one => [("kind", one.Kind), ("subject", one.Subject), ("issued_before", one.IssuedBefore), ("created", one.Created), ("expires", one.Expires)], "The list is empty.");
            return ExitCodes.Success;
        });
        return command;
    }
}
