namespace Pynomaly.Identity.SelfService;

/// <summary>Something that happened to the account.</summary>
public sealed record ActivityEntry
{
    /// <summary>What: the event's name, as in the audit trail.</summary>
    public required string Name { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>True when the person did it; else an administrator or the server.</summary>
    public required bool ByPerson { get; init; }

    /// <summary>With which application; its name where it still exists.</summary>
    public string? Application { get; init; }

    /// <summary>From which address.</summary>
    public string? Address { get; init; }

    /// <summary>In which session.</summary>
    public string? SessionId { get; init; }
}
