namespace Pynomaly.Identity.Administration;

/// <summary>What an operator says of a webhook. Null: as it is.</summary>
public sealed record WebhookInput
{
    /// <summary>What it is for.</summary>
    public string? Name { get; init; }

    /// <summary>Where entries are posted to: https.</summary>
    public string? Url { get; init; }

    /// <summary>Names of events; empty: all.</summary>
    public IReadOnlyList<string>? Events { get; init; }

    /// <summary>False: nothing is sent, and nothing is lost: it goes on where it stopped.</summary>
    public bool? IsEnabled { get; init; }
}
