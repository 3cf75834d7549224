using System.CommandLine;
using Pynomaly.Identity.Administration;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"apply": makes the database what configuration files ask for.</summary>
internal static class ApplyCommand
{
    public static Command Create()
    {
        var options = new FileOptions();
        var command = new Command("apply", """
            Make the database what configuration files ask for: applications, scopes, roles, permissions, webhooks, event receivers, users.

            All or nothing, and doing it again changes nothing. Users are only ever added, never changed or removed; other things are
            deleted only where --prune names their section. Secrets are written in the file as env:NAME or file:PATH.

            Examples:
              Pynomaly.Identity.Server apply clients.json
              WEB_SECRET=$(openssl rand -base64 32) Pynomaly.Identity.Server apply clients.json users.json
              Pynomaly.Identity.Server apply --prune applications clients.json
              Pynomaly.Identity.Server apply clients.json --server https://id.example.org --token env:TOKEN
            """);
        options.AddTo(command);
        command.SetAction(async (result, stop) =>
        {
            var changes = await options.RunAsync(result, "/configuration", (session, file) => session.Get<Configurator>().ApplyAsync(Operator.CommandLine, file, stop), stop);
            return Output.Changes(changes, options.IsJson(result), "applied");
        });
        return command;
    }
}
