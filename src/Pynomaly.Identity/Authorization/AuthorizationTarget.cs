using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Authorization;

/// <summary>Where the answer of an authorization request goes: a client that exists, a redirect URI that is its own. Only what has a target may be redirected.</summary>
public sealed record AuthorizationTarget
{
    /// <summary>The client.</summary>
    public required Application Client { get; init; }

    /// <summary>The redirect URI, as it was sent or, when none was, the only one registered.</summary>
    public required string RedirectUri { get; init; }

    /// <summary>How the answer travels.</summary>
    public required IResponseMode Mode { get; init; }

    /// <summary>What the client gets back byte for byte; null when it sent none.</summary>
    public string? State { get; init; }
}
