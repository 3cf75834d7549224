using Microsoft.AspNetCore.Authorization;
using Pynomaly.Identity.ResourceServer.Requirements;

namespace Pynomaly.Identity.ResourceServer;

/// <summary>Lets only callers in whose token grants every one of these permissions; on a controller, an action, a hub or a handler. Others get 403 with the scope to ask for.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true, Inherited = true)]
public sealed class RequirePermissionAttribute : AuthorizeAttribute, IAuthorizationRequirementData
{
    private readonly PermissionRequirement _requirement;

    /// <summary>Takes permissions ("write:detectors"), without wildcards.</summary>
    /// <exception cref="ArgumentException">Not a permission.</exception>
    public RequirePermissionAttribute(params string[] permissions)
    {
        _requirement = PermissionRequirement.Of(permissions);
        base.Policy = RequirementPolicies.NameOf(_requirement);
    }

    /// <summary>The permissions.</summary>
    public IReadOnlyList<string> Permissions => _requirement.Permissions;

    /// <summary>The name under which this requirement is a policy. Another policy belongs into an attribute of its own.</summary>
    public new string? Policy => base.Policy;

    /// <inheritdoc/>
    public IEnumerable<IAuthorizationRequirement> GetRequirements() => [_requirement];
}
