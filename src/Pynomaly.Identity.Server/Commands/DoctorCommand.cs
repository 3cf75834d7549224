using System.CommandLine;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"doctor": looks at an installation and says what to do.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var json = Options.Json();
        var command = new Command("doctor", """
            Check settings, database, keys and clock, and say what to do. Changes nothing. Exits with 1 when something has to be done.

            Example:
              Pynomaly.Identity.Server doctor --environment Production
            """)
        { json };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, stop) =>
        {
            var findings = await Diagnosis.MakeAsync(result.UnmatchedTokens, stop);
            Output.List(result.GetValue(json), findings, finding => [("state", finding.State), ("what", finding.What), ("says", finding.Says)], null);
            return findings.Any(finding => finding.State == Finding.Bad) ? ExitCodes.Refused : ExitCodes.Success;
        });
        return command;
    }
}
