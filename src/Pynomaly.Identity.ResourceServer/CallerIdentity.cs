using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.ResourceServer.Tokens;

namespace Pynomaly.Identity.ResourceServer;

/// <summary>Who calls, and the token that says so: what lives longer than a request can ask whether it still stands.</summary>
internal sealed class CallerIdentity : ClaimsIdentity
{
    private static readonly object Shown = new();

    public CallerIdentity(AccessToken token, string scheme) : base(token.Claims, scheme, "sub", PynomalyIdentityDefaults.RoleClaim) => (Token, Scheme) = (token, scheme);

    private CallerIdentity(CallerIdentity other) : base(other) => (Token, Scheme) = (other.Token, other.Scheme);

    public AccessToken Token { get; }

    public string Scheme { get; }

    /// <summary>Those of ours whom the principal is, or whom the request showed where a claims transformation has put an identity of its own in the place of ours. A connection that began with the request goes on knowing.</summary>
    public static IReadOnlyList<CallerIdentity> Of(ClaimsPrincipal user, HttpContext? request)
    {
        CallerIdentity[] callers = [.. user.Identities.OfType<CallerIdentity>()];
        return callers.Length == 0 && request?.Items[Shown] is CallerIdentity shown ? [shown] : callers;
    }

    /// <summary>Stays with the request, whatever a claims transformation makes of the principal. In its items, which SignalR keeps with a connection on every transport; features it does not.</summary>
    public CallerIdentity StayWith(HttpContext request)
    {
        request.Items[Shown] = this;
        return this;
    }

    /// <summary>Claims transformations work on a clone, which must not forget the token.</summary>
    public override ClaimsIdentity Clone() => new CallerIdentity(this);
}
