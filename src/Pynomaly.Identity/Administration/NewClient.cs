using System.Text.Json.Nodes;

namespace Pynomaly.Identity.Administration;

/// <summary>A client that is to be made from the preset of a purpose.</summary>
/// <param name="Purpose">One of <see cref="ClientPurposes"/>.</param>
/// <param name="ClientId">The client identifier; null: one is made up.</param>
/// <param name="Metadata">What differs from the preset, in the names of RFC 7591 §2.</param>
public sealed record NewClient(string Purpose, string? ClientId, JsonObject Metadata)
{
    /// <summary>For an API: the scope that leads to it, made together with it; null: there is one already.</summary>
    public NewScope? Scope { get; init; }
}
