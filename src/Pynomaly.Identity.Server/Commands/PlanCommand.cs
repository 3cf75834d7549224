using System.CommandLine;
using Pynomaly.Identity.Administration;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"plan": what apply would change.</summary>
internal static class PlanCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE") { Description = "One JSON file or several, read as if they were one.", Arity = ArgumentArity.OneOrMore };
        var detailed = new Option<bool>("--detailed-exit-code") { Description = "Exit with 3 when there is something to apply." };
        var json = Options.Json();
        var command = new Command("plan", """
            Show what apply would change, and change nothing.

            Examples:
              Pynomaly.Identity.Server plan clients.json
              Pynomaly.Identity.Server plan --detailed-exit-code clients.json || echo "the installation has drifted"
            """)
        { files, detailed, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            var configuration = ConfigurationFile.Read(result.GetValue(files)!);
            await using var session = await Session.OpenAsync(result.UnmatchedTokens, stop);
            var changes = await session.Get<Configurator>().PlanAsync(configuration, stop);
            Output.Changes(changes, result.GetValue(json), "to apply");
            return result.GetValue(detailed) && changes.Any(change => change.IsChange) ? ExitCodes.Changes : ExitCodes.Success;
        });
        return command;
    }
}
