using System.CommandLine;
using Pynomaly.Identity.Administration;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"settings": what is in force here, and where it comes from.</summary>
internal static class SettingsCommand
{
    public static Command Create()
    {
        var given = new Option<bool>("--given") { Description = "Only those that do not stand at their default." };
        var json = Options.Json();
        var command = new Command("settings", """
            Show every setting with its value and where that comes from: a file, the environment, the command line, or its default. Secrets are
            masked. A server that runs elsewhere may have read others.

            Example:
              Pynomaly.Identity.Server settings --given --environment Production
            """)
        { given, json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, _) =>
        {
            await using var session = Session.Create(result.UnmatchedTokens);
            var all = session.Get<SettingsInForce>().List(Operator.CommandLine).Where(one => !result.GetValue(given) || one.Source != "default").ToList();
            Output.List(result.GetValue(json), all, one => [("key", one.Key), ("value", one.Value), ("source", one.File ?? one.Source)], "All settings stand at their defaults.");
            return ExitCodes.Success;
        });
        return command;
    }
}
