namespace Pynomaly.Identity.Model;

/// <summary>A number or text that the nodes share: the change counter, the master key's check value.</summary>
public sealed class ServerState
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>A number.</summary>
    public long Number { get; set; }

    /// <summary>A text.</summary>
    public string? Text { get; set; }
}
