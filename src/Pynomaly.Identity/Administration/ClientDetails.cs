using System.Text.Json;
using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Administration;

/// <summary>A client as operators see it.</summary>
public sealed record ClientDetails
{
    /// <summary>The client identifier.</summary>
    public required string ClientId { get; init; }

    /// <summary>The name shown to people; the identifier when it has none.</summary>
    public required string Name { get; init; }

    /// <summary>One of <see cref="ClientPurposes"/>.</summary>
    public required string Purpose { get; init; }

    /// <summary>What it is registered with.</summary>
    public required ClientMetadata Metadata { get; init; }

    /// <summary>Its secrets, newest first; those that ended are still told.</summary>
    public required IReadOnlyList<ClientSecretSummary> Secrets { get; init; }

    /// <summary>False: refused everywhere.</summary>
    public required bool IsEnabled { get; init; }

    /// <summary>True: it registered itself.</summary>
    public required bool IsSelfRegistered { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>When it was last changed.</summary>
    public required DateTimeOffset Updated { get; init; }

    /// <summary>When it last got tokens, to within a few seconds; null: not within what the audit trail keeps.</summary>
    public DateTimeOffset? LastUsed { get; init; }

    /// <summary>Its version, for changes.</summary>
    public required string Version { get; init; }

    /// <summary>Whether it proves itself by a secret.</summary>
    public bool HasSecrets => Metadata.TokenEndpointAuthMethod is "client_secret_basic" or "client_secret_post";

    internal static ClientDetails Of(Application client, DateTimeOffset? lastUsed, DateTimeOffset now) => new()
    {
        ClientId = client.ClientId, Name = client.DisplayName, Purpose = ClientPurposes.Of(client.Metadata), Metadata = client.Metadata,
        Secrets = [.. client.Secrets.Select(secret => ClientSecretSummary.Of(secret, now))], IsEnabled = client.IsEnabled, IsSelfRegistered = client.IsSelfRegistered,
        Created = client.Created, Updated = client.Updated, LastUsed = lastUsed, Version = VersionOf(client),
    };

    internal static string VersionOf(Application client) => Versions.Of(
    [
        client.ClientId, JsonSerializer.Serialize(client.Metadata, AdministrationJson.Default.ClientMetadata), client.IsEnabled,
        .. client.Secrets.Select(secret => $"{secret.Hash} {secret.Expires?.ToUnixTimeMilliseconds()}"),
    ]);
}
