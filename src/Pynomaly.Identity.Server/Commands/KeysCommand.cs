using System.CommandLine;
using Pynomaly.Identity.Administration;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"keys": the signing keys.</summary>
internal static class KeysCommand
{
    public static Command Create() => new("keys", "List, rotate and revoke signing keys.") { List(), Rotate(), Revoke() };

    private static Command List()
    {
        var json = Options.Json();
        var command = new Command("list", """
            Show every signing key: pending (published, not yet signing), active, retired (published while its tokens live), gone or revoked.

            Example:
              Pynomaly.Identity.Server keys list --json
            """)
        { json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            Output.List(result.GetValue(json), session.Get<SigningKeyAdministration>().List(Operator.CommandLine),
                key => [("kid", key.Kid), ("alg", key.Algorithm), ("state", key.State), ("created", key.Published), ("activates", key.Activates), ("retires", key.Retires), ("gone", key.Removed), ("revoked", key.Revoked)],
                "There are no keys.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Rotate()
    {
        var algorithm = new Option<string?>("--alg") { Description = "Only this algorithm: ES256, RS256 or PS256.", HelpName = "ALG" };
        var immediately = new Option<bool>("--now") { Description = "Sign with the new key at once, on PostgreSQL after two seconds, when every node publishes it. APIs that hold the key set in a cache refuse its tokens until they look again." };
        var json = Options.Json();
        var command = new Command("rotate", """
            Make a successor for the signing keys. It is published at once and signs after Identity:Lifetimes:SigningKeyLead; the old one stays
            published until its last token has expired. The server does this by schedule; this command does it earlier.

            Example:
              Pynomaly.Identity.Server keys rotate --alg ES256
            """)
        { algorithm, immediately, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var made = await session.Get<SigningKeyAdministration>().RotateAsync(Operator.CommandLine, result.GetValue(algorithm), result.GetValue(immediately), stop);
            Output.List(result.GetValue(json), made, key => [("kid", key.Kid), ("alg", key.Algorithm), ("activates", key.Activates)], null);
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command Revoke()
    {
        var kid = new Argument<string>("KID") { Description = "The key's id, as keys list shows it." };
        var command = new Command("revoke", """
            End a signing key in an emergency: it leaves the key set at once, all its tokens are put on the revocation list, and a new key
            takes over. Everybody who holds a token signed with it has to get another one.

            Example:
              Pynomaly.Identity.Server keys revoke 3c1vZ0yq
            """)
        { kid };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var id = result.GetValue(kid)!;
            await session.Get<SigningKeyAdministration>().RevokeAsync(Operator.CommandLine, id, stop);
            Output.Tell(result, $"The key {id} is revoked.");
            return ExitCodes.Success;
        });
        return command;
    }
}
