using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.OpenId;

/// <summary>A client's request to sign out that waits for the person's word.</summary>
public sealed record PendingLogout
{
    /// <summary>The handle in the page's address.</summary>
    public required string Id { get; init; }

    /// <summary>The client that asks; null when it did not say who it is.</summary>
    public Application? Application { get; init; }

    /// <summary>Where the person goes on to, checked; null: to the signed-out page.</summary>
    public string? RedirectUri { get; init; }
}
