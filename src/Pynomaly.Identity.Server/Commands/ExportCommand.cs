using System.CommandLine;
using Pynomaly.Identity.Administration;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"export": the installation as a configuration file.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var (server, token) = (Options.Server(), Options.Token());
        var command = new Command("export", """
            Write applications, scopes, roles, permissions, webhooks and event receivers as JSON that apply takes. Without secrets, and without people.

            Applied to the same database it changes nothing. For another one, add "client_secret": "env:..." where a client has a secret.

            Example:
              Pynomaly.Identity.Server export > installation.json
            """)
        { server, token };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            if (result.GetValue(server) is { } address)
            {
                using var remote = await RemoteServer.OpenAsync(address, result.GetValue(token), stop);
                Output.Json((await remote.SendAsync(HttpMethod.Get, "/configuration", null, null, stop))!);
                return ExitCodes.Success;
            }

            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            Output.Json(await session.Get<ConfigurationExport>().WriteAsync(Operator.CommandLine, stop));
            return ExitCodes.Success;
        });
        return command;
    }
}
