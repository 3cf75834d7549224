using System.CommandLine;
using System.Globalization;
using Pynomaly.Identity.Administration;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"clients": the applications that may ask for tokens.</summary>
internal static class ClientsCommand
{
    public static Command Create() => new("clients", "Create and list clients, and give them new secrets.") { ClientCreation.Create(), List(), RotateSecret() };

    private static Command List()
    {
        var json = Options.Json();
        var command = new Command("list", "Show all clients. The command export shows everything about them.") { json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            Output.List(result.GetValue(json), await Parts.AllAsync(after => session.Get<ClientAdministration>().ListAsync(Operator.CommandLine, new ClientFilter(), after, Cursors.Most, stop)),
                client => [("client_id", client.ClientId), ("client_name", client.Name), ("grant_types", client.GrantTypes),
                    ("auth", client.AuthMethod), ("scope", client.Scope), ("enabled", client.IsEnabled), ("updated", client.Updated)],
                "There are no clients. The commands clients create and apply make them.");
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command RotateSecret()
    {
        var clientId = new Argument<string>("CLIENT_ID");
        var keep = new Option<string>("--keep")
        {
            Description = "How long the old secrets go on, as hours:minutes:seconds; 00:00:00 ends them at once.", DefaultValueFactory = _ => "1.00:00:00", HelpName = "DURATION",
        };
        var json = Options.Json();
        var command = new Command("rotate-secret", """
            Give a client a new secret, shown once. The old ones go on for a day, so that the client can be changed over without an outage.

            Examples:
              Pynomaly.Identity.Server clients rotate-secret web
              Pynomaly.Identity.Server clients rotate-secret web --keep 00:00:00
            """)
        { clientId, keep, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            if (!TimeSpan.TryParse(result.GetValue(keep), CultureInfo.InvariantCulture, out var overlap) || overlap < TimeSpan.Zero || overlap > TimeSpan.FromDays(90))
                throw new UsageException("--keep takes a duration of at most 90 days, for example 01:00:00 for an hour.");
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var id = result.GetValue(clientId)!;
            var secret = (await session.Get<ClientSecrets>().RotateAsync(Operator.CommandLine, id, overlap, null, stop)).Secret;
            Output.Made(result.GetValue(json), ("client_id", id), ("client_secret", secret), $"The client {id} has a new secret.", "The secret, shown this once");
            return ExitCodes.Success;
        });
        return command;
    }
}
