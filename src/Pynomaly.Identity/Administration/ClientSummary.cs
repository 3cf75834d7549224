using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Administration;

/// <summary>A client in a list.</summary>
public sealed record ClientSummary
{
    /// <summary>The client identifier.</summary>
    public required string ClientId { get; init; }

    /// <summary>The name shown to people; the identifier when it has none.</summary>
    public required string Name { get; init; }

    /// <summary>One of <see cref="ClientPurposes"/>.</summary>
    public required string Purpose { get; init; }

    /// <summary>How it proves who it is.</summary>
    public required string AuthMethod { get; init; }

    /// <summary>Grant types.</summary>
    public required IReadOnlyList<string> GrantTypes { get; init; }

    /// <summary>What it may ask for.</summary>
    public required string Scope { get; init; }

    /// <summary>False: refused everywhere.</summary>
    public required bool IsEnabled { get; init; }

    /// <summary>True: it registered itself.</summary>
    public required bool IsSelfRegistered { get; init; }

    /// <summary>When its last secret ends; null: it has one without an end, or needs none.</summary>
    public required DateTimeOffset? SecretEnds { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When it was last changed.</summary>
    public required DateTimeOffset Updated { get; init; }

    internal static ClientSummary Of(Application client) => new()
    {
        ClientId = client.ClientId, Name = client.DisplayName, Purpose = ClientPurposes.Of(client.Metadata), AuthMethod = client.Metadata.TokenEndpointAuthMethod,
        GrantTypes = client.Metadata.GrantTypes, Scope = client.Metadata.Scope, IsEnabled = client.IsEnabled, IsSelfRegistered = client.IsSelfRegistered,
        SecretEnds = client.Secrets.Count == 0 || client.Secrets.Exists(secret => secret.Expires is null) ? null : client.Secrets.Max(secret => secret.Expires),
        Created = client.Created, Updated = client.Updated,
    };
}
