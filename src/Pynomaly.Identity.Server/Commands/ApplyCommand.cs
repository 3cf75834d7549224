using System.CommandLine;
using Pynomaly.Identity.Administration;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"apply": makes the database what configuration files ask for.</summary>
internal static class ApplyCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE") { Description = "One JSON file or several, read as if they were one.", Arity = ArgumentArity.OneOrMore };
        var json = Options.Json();
        var command = new Command("apply", """
            Make the database what configuration files ask for: applications, scopes, roles, permissions, users.

            All or nothing, and doing it again changes nothing. Users are only ever added, never changed or removed. Secrets are written
            in the file as env:NAME or file:PATH.

            Examples:
              Pynomaly.Identity.Server apply clients.json
              WEB_SECRET=$(openssl rand -base64 32) Pynomaly.Identity.Server apply clients.json users.json
            """)
        { files, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            var configuration = ConfigurationFile.Read(result.GetValue(files)!);
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var changes = await session.Get<Configurator>().ApplyAsync(configuration, "cli", stop);
            return Output.Changes(changes, result.GetValue(json), "applied");
        });
        return command;
    }
}
