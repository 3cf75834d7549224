namespace Pynomaly.Identity.Model;

/// <summary>A client: an application that may ask this server for tokens. On the wire it is "client" (RFC 6749 §2).</summary>
public sealed class Application
{
    /// <summary>The client identifier, compared ordinally; it never changes.</summary>
    public required string ClientId { get; init; }

    /// <summary>What it is registered with.</summary>
    public required ClientMetadata Metadata { get; set; }

    /// <summary>Its secrets, newest first; empty for public clients and those that sign.</summary>
    public List<ClientSecret> Secrets { get; set; } = [];

    /// <summary>False: the client is refused everywhere, and its tokens are ended.</summary>
    public bool IsEnabled { get; set; } = true;

    /// <summary>True for clients that registered themselves: never trusted without the person's word.</summary>
    public bool IsSelfRegistered { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>When it was last changed.</summary>
    public DateTimeOffset Updated { get; set; }

    /// <summary>Whom the client speaks for when it is an API key that was just shown; null for registered clients. Never stored.</summary>
    public KeyHolder? Holder { get; init; }

    /// <summary>True when the client cannot keep a secret (RFC 6749 §2.1).</summary>
    public bool IsPublic => Metadata.TokenEndpointAuthMethod == "none";

    /// <summary>The name shown to people; the identifier when it has none.</summary>
    public string DisplayName => string.IsNullOrWhiteSpace(Metadata.ClientName) ? ClientId : Metadata.ClientName;

    /// <summary>True when the client may use the grant type.</summary>
    public bool Allows(string grantType) => Metadata.GrantTypes.Contains(grantType);
}
