using System.Security.Claims;
using Pynomaly.Identity.ResourceServer.Tokens;

namespace Pynomaly.Identity.ResourceServer;

/// <summary>Who calls, and the token that says so: what lives longer than a request can ask whether it still stands.</summary>
internal sealed class CallerIdentity : ClaimsIdentity
{
    public CallerIdentity(AccessToken token, string scheme) : base(token.Claims, scheme, "sub", PynomalyIdentityDefaults.RoleClaim) => (Token, Scheme) = (token, scheme);

    private CallerIdentity(CallerIdentity other) : base(other) => (Token, Scheme) = (other.Token, other.Scheme);

    public AccessToken Token { get; }

    public string Scheme { get; }

    /// <summary>Claims transformations work on a clone, which must not forget the token.</summary>
    public override ClaimsIdentity Clone() => new CallerIdentity(this);
}
