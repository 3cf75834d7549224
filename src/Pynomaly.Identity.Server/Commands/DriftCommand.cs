using System.CommandLine;
using System.Text.Json.Nodes;
using Pynomaly.Identity.Administration;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"drift": what changed since configuration files were last applied.</summary>
internal static class DriftCommand
{
    public static Command Create()
    {
        var (server, token, json, detailed) = (Options.Server(), Options.Token(), Options.Json(), Options.Detailed("Exit with 3 when something changed."));
        var command = new Command("drift", """
            Show what somebody changed by console, API or command since configuration files were last applied.

            Example:
              Pynomaly.Identity.Server drift --detailed-exit-code || echo "the installation has drifted"
            """)
        { server, token, json, detailed };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            var report = result.GetValue(server) is { } address ? await AskAsync(address, result.GetValue(token), stop) : await LookAsync(result.UnmatchedTokens, stop);
            var changes = report["items"]!.AsArray();
            if (result.GetValue(json)) Output.Json(report);
            else if (report["applied"] is not { } applied) Console.Out.WriteLine("No configuration file was applied yet.");
            else
            {
                foreach (var line in changes.Select(change => Change.Read(change!)).SelectMany(change => change.Lines())) Console.Out.WriteLine(line);
                Console.Out.WriteLine($"{changes.Count} {(changes.Count == 1 ? "difference" : "differences")} to what {(string?)report["by"]} applied at {applied}.");
                if ((bool?)report["partial"] == true) Console.Out.WriteLine("This is a part: the files named more than you may see.");
            }

            return result.GetValue(detailed) && changes.Count > 0 ? ExitCodes.Changes : ExitCodes.Success;
        });
        return command;
    }

    private static async Task<JsonObject> AskAsync(string address, string? token, CancellationToken cancellationToken)
    {
        using var remote = await RemoteServer.OpenAsync(address, token, cancellationToken);
        return (await remote.SendAsync(HttpMethod.Get, "/configuration/drift", null, null, cancellationToken))!.AsObject();
    }

    private static async Task<JsonObject> LookAsync(IReadOnlyList<string> settings, CancellationToken cancellationToken)
    {
        await using var session = await Session.OpenAsync(settings, cancellationToken);
        var report = await session.Get<Drift>().LookAsync(Operator.CommandLine, cancellationToken);
        return DriftReport.ToJson(report);
    }
}
