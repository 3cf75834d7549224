namespace Pynomaly.Identity.Model;

/// <summary>A permission of the catalogue: "verb:resource", for example "read:detectors".</summary>
public sealed class Permission
{
    /// <summary>The name as tokens carry it.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence for people.</summary>
    public string? Description { get; set; }

    /// <summary>The audience of the API it belongs to; null: any API that a requested scope leads to.</summary>
    public string? Resource { get; set; }
}
