namespace Pynomaly.Identity.Model;

/// <summary>The state of bringing accounts in from another system. It can be taken up where it was left.</summary>
public sealed class Import
{
    /// <summary>The id.</summary>
    public required string Id { get; init; }

    /// <summary>What it reads: "pynomaly", "aspnet", "openiddict", "keycloak".</summary>
    public required string Kind { get; init; }

    /// <summary>The file's name, and a hash of its content: another content is another import.</summary>
    public required string Source { get; init; }

    /// <summary>"running", "stopped", "failed" or "done".</summary>
    public required string State { get; set; }

    /// <summary>How many of the source's records are through.</summary>
    public long Position { get; set; }

    /// <summary>How many came in.</summary>
    public long Created { get; set; }

    /// <summary>How many were there already.</summary>
    public long Skipped { get; set; }

    /// <summary>How many could not be taken.</summary>
    public long Refused { get; set; }

    /// <summary>What could not be taken or kept, and why: the first of each kind, as JSON.</summary>
    public string? Report { get; set; }

    /// <summary>Who started it.</summary>
    public required string Actor { get; init; }

    /// <summary>When it was started.</summary>
    public DateTimeOffset Started { get; init; }

    /// <summary>When it last went on.</summary>
    public DateTimeOffset Updated { get; set; }
}
