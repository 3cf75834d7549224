using Microsoft.AspNetCore.Authorization;
using Pynomaly.Identity.ResourceServer.Requirements;

namespace Pynomaly.Identity.ResourceServer;

/// <summary>Lets only people in who proved who they are so many seconds ago at most. Others get the challenge of RFC 9470 with max_age; a service, where nobody signs in, too.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true, Inherited = true)]
public sealed class RequireFreshAuthenticationAttribute : AuthorizeAttribute, IAuthorizationRequirementData
{
    /// <summary>Takes the seconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a time that can have passed.</exception>
    public RequireFreshAuthenticationAttribute(int seconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(seconds);
        Seconds = seconds;
        base.Policy = RequirementPolicies.NameOf(new FreshAuthenticationRequirement(TimeSpan.FromSeconds(seconds)));
    }

    /// <summary>How many seconds may have passed.</summary>
    public int Seconds { get; }

    /// <summary>The name under which this requirement is a policy. Another policy belongs into an attribute of its own.</summary>
    public new string? Policy => base.Policy;

    /// <inheritdoc/>
    public IEnumerable<IAuthorizationRequirement> GetRequirements() => [new FreshAuthenticationRequirement(TimeSpan.FromSeconds(Seconds))];
}
