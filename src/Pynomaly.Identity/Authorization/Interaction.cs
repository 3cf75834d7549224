using Pynomaly.Identity.Model;

namespace Pynomaly.Identity.Authorization;

/// <summary>An authorization request that waits for the person: what the sign-in, account and consent pages show of it. The stored request decides, never what a form sends back.</summary>
public sealed record Interaction
{
    /// <summary>The handle in the pages' addresses: 256 random bits, worthless in another browser.</summary>
    public required string Id { get; init; }

    /// <summary>The client that asks.</summary>
    public required Application Application { get; init; }

    /// <summary>Where the answer goes.</summary>
    public required string RedirectUri { get; init; }

    /// <summary>Who the client believes the person to be, to be put into the form (OpenID Connect Core §3.1.2.1).</summary>
    public string? LoginHint { get; init; }

    /// <summary>The scopes asked for.</summary>
    public IReadOnlyList<Scope> Scopes { get; init; } = [];

    /// <summary>The claims about the person asked for one by one (OpenID Connect Core §5.5).</summary>
    public IReadOnlyList<string> Claims { get; init; } = [];

    /// <summary>Where the browser goes on after each step.</summary>
    public required string ResumePath { get; init; }

    /// <summary>The level that the request wishes for: for the sign-in to know which factors to ask for (<see cref="Users.AuthenticationLevels"/>).</summary>
    public string Level { get; init; } = Users.AuthenticationLevels.Password;

    /// <summary>What the person has done so far.</summary>
    internal InteractionState State { get; init; } = null!;

    /// <summary>The host that the answer goes to; the scheme of an app's own address.</summary>
    public string RedirectHost => Uri.TryCreate(RedirectUri, UriKind.Absolute, out var uri) && uri.Host.Length > 0 ? uri.Host : RedirectUri.Split(':')[0];
}
