namespace Pynomaly.Identity.Administration;

/// <summary>What an operator says of a receiver of security events. Null: as it is.</summary>
public sealed record EventReceiverInput
{
    /// <summary>What it is for.</summary>
    public string? Name { get; init; }

    /// <summary>Where events are posted to: https.</summary>
    public string? Url { get; init; }

    /// <summary>Whom they are for ("aud"); the address, when nothing is said.</summary>
    public string? Audience { get; init; }

    /// <summary>The Authorization header that it wants, for example "Bearer ..."; empty: none.</summary>
    public string? Credential { get; init; }

    /// <summary>Types of events; empty: all.</summary>
    public IReadOnlyList<string>? Events { get; init; }

    /// <summary>False: nothing is sent. What happens meanwhile is told later, if not more than a week.</summary>
    public bool? IsEnabled { get; init; }

    /// <inheritdoc/>
    public override string ToString() => nameof(EventReceiverInput);
}
