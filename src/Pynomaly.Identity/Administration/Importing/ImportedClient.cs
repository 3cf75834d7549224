using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Administration.Importing;

/// <summary>A client of the source.</summary>
internal sealed record ImportedClient(string Place, string ClientId, ClientMetadata Metadata) : ImportedRecord(Place)
{
    /// <summary>What is stored of its secret; null: it has none that can be kept.</summary>
    public string? SecretHash { get; init; }

    public bool IsEnabled { get; init; } = true;
}
