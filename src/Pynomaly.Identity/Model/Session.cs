namespace Pynomaly.Identity.Model;

/// <summary>A browser session of a person: a row here, a random reference in the cookie. Its id is the claim sid.</summary>
public sealed class Session
{
    /// <summary>The id, safe to show: the claim sid (OpenID Connect Front-Channel Logout §3).</summary>
    public required string Id { get; init; }

    /// <summary>Base64url of SHA-256 over the cookie's value.</summary>
    public required string KeyHash { get; set; }

    /// <summary>Whose it is.</summary>
    public required string UserId { get; init; }

    /// <summary>When the person last proved who they are: the claim auth_time.</summary>
    public DateTimeOffset AuthTime { get; set; }

    /// <summary>How: RFC 8176 values.</summary>
    public List<string> Amr { get; set; } = [];

    /// <summary>Authentication context class: the claim acr.</summary>
    public string Acr { get; set; } = "pwd";

    /// <summary>When it began.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>When it was last used, to the minute.</summary>
    public DateTimeOffset LastSeen { get; set; }

    /// <summary>When it ends whatever is done.</summary>
    public DateTimeOffset Expires { get; init; }

    /// <summary>When it was ended before its time; null: it was not.</summary>
    public DateTimeOffset? Ended { get; set; }

    /// <summary>The browser's User-Agent, cut to 256 characters.</summary>
    public string? UserAgent { get; init; }

    /// <summary>The known browser it runs in; null for a session from before browsers were known.</summary>
    public string? DeviceId { get; init; }

    /// <summary>The address it began at.</summary>
    public string? Address { get; init; }

    /// <summary>The same session under another cookie value, with what is proven by now.</summary>
    internal Session With(string keyHash, DateTimeOffset authTime, DateTimeOffset lastSeen, IReadOnlyList<string> amr, string acr, string? deviceId) => new()
    {
        Id = Id, KeyHash = keyHash, UserId = UserId, AuthTime = authTime, Amr = [.. amr], Acr = acr, Created = Created, LastSeen = lastSeen, Expires = Expires, UserAgent = UserAgent,
        DeviceId = deviceId, Address = Address,
    };
}
