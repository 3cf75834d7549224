using System.CommandLine;
using Pynomaly.Identity.Administration;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"plan": what apply would change.</summary>
internal static class PlanCommand
{
    public static Command Create()
    {
        var options = new FileOptions();
        var detailed = Options.Detailed("Exit with 3 when there is something to apply.");
        var command = new Command("plan", """
            Show what apply would change, member by member, and change nothing.

            Examples:
              Pynomaly.Identity.Server plan clients.json
              Pynomaly.Identity.Server plan --prune applications,roles clients.json roles.json
              Pynomaly.Identity.Server plan --detailed-exit-code clients.json || echo "the installation is not as the file says"
              Pynomaly.Identity.Server plan clients.json --server https://id.example.org --token env:TOKEN
            """);
        options.AddTo(command);
        command.Options.Add(detailed);
        command.SetAction(async (result, stop) =>
        {
            var changes = await options.RunAsync(result, "/configuration/plan", (session, file) => session.Get<Configurator>().PlanAsync(Operator.CommandLine, file, stop), stop);
            Output.Changes(changes, options.IsJson(result), "to apply");
            return result.GetValue(detailed) && changes.Any(change => change.IsChange) ? ExitCodes.Changes : ExitCodes.Success;
        });
        return command;
    }
}
