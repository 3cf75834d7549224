using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Tokens;

/// <summary>What an ID token hint says, its signature proven, whatever its age.</summary>
public sealed record IdTokenHint(string Subject, string ClientId, string? SessionId);

/// <summary>ID tokens (OpenID Connect Core §2).</summary>
[Specification("OpenID Connect Core 1.0", "OpenID Connect Core")]
public sealed class IdToken
{
    /// <summary>Reads a hint: own signature by a current or former key, own issuer, any age; null when it does not hold (OpenID Connect Core §3.1.2.1, RP-Initiated Logout §4).</summary>
    public IdTokenHint? ReadHint(string token) => throw new NotSupportedException();
}
