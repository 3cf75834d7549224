using Microsoft.AspNetCore.Authorization;
using Pynomaly.Identity.ResourceServer.Requirements;

namespace Pynomaly.Identity.ResourceServer;

/// <summary>Ends a request with the token that it was begun with: for what stays open, as streams, long downloads, WebSockets and SignalR hubs; on a controller, an action, a hub or a handler.</summary>
/// <remarks>
/// Once this API knows that the token was revoked, within a second after it has expired, and when the revocation list has become too old to tell (<see cref="StaleListBehavior.Refuse"/>), the request is aborted:
/// <c>RequestAborted</c> fires and the client sees it break off; of a hub, the connection is closed and <c>ConnectionAborted</c> fires. Lets only callers in who have authenticated, as
/// <see cref="AuthorizeAttribute"/> does; where <c>AllowAnonymous</c> stands beside it no rule is asked, and nothing is ended. A caller of another scheme has no token of ours, and goes on. On a method of a hub it does nothing.
/// </remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = false, Inherited = true)]
public sealed class EndWithTokenAttribute : AuthorizeAttribute, IAuthorizationRequirementData
{
    /// <summary>Asks for it.</summary>
    public EndWithTokenAttribute() => base.Policy = RequirementPolicies.NameOf(EndWithTokenRequirement.Instance);

    /// <summary>The name under which this is a policy. Another policy belongs into an attribute of its own.</summary>
    public new string? Policy => base.Policy;

    /// <inheritdoc/>
    public IEnumerable<IAuthorizationRequirement> GetRequirements() => [EndWithTokenRequirement.Instance];
}
