using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;
using Pynomaly.Identity.Users;

namespace Pynomaly.Identity.Tokens;

/// <summary>The claims about a person that scopes and the claims parameter ask for (OpenID Connect Core §5.4, §5.5).</summary>
public static class UserClaims
{
    /// <summary>Claim names and values for UserInfo; absent values are left out, never null or empty.</summary>
    public static IReadOnlyDictionary<string, object> ForUserInfo(Account account, IReadOnlyCollection<string> scopes, ClaimsRequest? request) => throw new NotSupportedException();

    /// <summary>The names a server of this kind can answer, for discovery.</summary>
    public static IReadOnlyList<string> Supported => throw new NotSupportedException();
}
