namespace Pynomaly.Identity.Administration.Importing;

/// <summary>What is to be imported, and how.</summary>
public sealed record ImportRequest
{
    /// <summary>Most bytes of files that are sent along; what is larger is imported on the machine itself.</summary>
    public const int MostSent = 8 * 1024 * 1024;

    /// <summary>From which system (<see cref="ImportKinds"/>).</summary>
    public required string Kind { get; init; }

    /// <summary>Its files.</summary>
    public required IReadOnlyList<ImportFile> Files { get; init; }

    /// <summary>True: only say what would happen.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>True: go on where an import of the same files was left.</summary>
    public bool IsResumed { get; init; }

    /// <summary>Names of roles there, and the roles here that stand for them. Only a role that is named here may be one over this server itself.</summary>
    public IReadOnlyDictionary<string, string> Roles { get; init; } = new Dictionary<string, string>();
}
