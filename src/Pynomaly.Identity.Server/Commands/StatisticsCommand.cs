using System.CommandLine;

namespace Pynomaly.Identity.Server.Commands;

/// <summary>"statistics": how often what happened, as the dashboard draws it.</summary>
internal static class StatisticsCommand
{
    public static Command Create() => OperationCommand.Create("statistics", """
        Show how often what happened, by hours or days: sign-ins, failures, tokens, refused clients, revocations, new and deleted accounts, bans.
        Counted when the audit trail is sealed; the last row is the present hour or day.

        Example:
          Pynomaly.Identity.Server statistics --by day --count 7
        """,
        OperationCommand.Text("--by", "hour (the default) or day.", "STEP"), OperationCommand.Text("--count", "How many of them; 24 hours or 30 days when nothing is said.", "NUMBER"));
}
