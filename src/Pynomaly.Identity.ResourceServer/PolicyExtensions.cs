using Microsoft.AspNetCore.Authorization;

namespace Pynomaly.Identity.ResourceServer;

/// <summary>The same requirements for policies that an application names itself.</summary>
public static class PolicyExtensions
{
    /// <summary>The caller's token grants every one of these permissions.</summary>
    /// <exception cref="ArgumentException">Not a permission.</exception>
    public static AuthorizationPolicyBuilder RequirePermission(this AuthorizationPolicyBuilder policy, params string[] permissions) => Add(policy, new RequirePermissionAttribute(permissions));

    /// <summary>The person proved who they are no longer ago than this.</summary>
    public static AuthorizationPolicyBuilder RequireFreshAuthentication(this AuthorizationPolicyBuilder policy, TimeSpan maxAge) => Add(policy, new RequireFreshAuthenticationAttribute((int)maxAge.TotalSeconds));

    /// <summary>The person signed in at one of these levels, or a stronger one.</summary>
    public static AuthorizationPolicyBuilder RequireAcr(this AuthorizationPolicyBuilder policy, params string[] values) => Add(policy, new RequireAcrAttribute(values));

    private static AuthorizationPolicyBuilder Add(AuthorizationPolicyBuilder policy, IAuthorizationRequirementData asked)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return policy.RequireAuthenticatedUser().AddRequirements([.. asked.GetRequirements()]);
    }
}
