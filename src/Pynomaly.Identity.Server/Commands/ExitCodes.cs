namespace Pynomaly.Identity.Server.Commands;

/// <summary>What the process says to a script when it ends.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Success = 0;

    /// <summary>Refused: a setting, a file or the database stands against it. Nothing was changed; "users bulk" tells of each account.</summary>
    public const int Refused = 1;

    /// <summary>The command line itself is not understood.</summary>
    public const int Usage = 2;

    /// <summary>"plan --detailed-exit-code": there is something to apply.</summary>
    public const int Changes = 3;

    /// <summary>"audit verify": the audit trail does not hold.</summary>
    public const int Broken = 4;
}
