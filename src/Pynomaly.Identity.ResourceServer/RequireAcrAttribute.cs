using Microsoft.AspNetCore.Authorization;
using Pynomaly.Identity.ResourceServer.Requirements;

namespace Pynomaly.Identity.ResourceServer;

/// <summary>Lets only people in who signed in at one of these levels (acr): "mfa" and "phr" are this server's, and what is stronger will do. Others get the challenge of RFC 9470 with acr_values.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true, Inherited = true)]
public sealed class RequireAcrAttribute : AuthorizeAttribute, IAuthorizationRequirementData
{
    private readonly string[] _values;

    /// <summary>Takes the levels, any of which will do.</summary>
    /// <exception cref="ArgumentException">There is none, or one that cannot stand in a challenge.</exception>
    public RequireAcrAttribute(params string[] values)
    {
        if (values.Length == 0 || values.Any(value => value.Length == 0 || value.AsSpan().ContainsAnyExceptInRange('!', '~') || value.AsSpan().ContainsAny('"', '\\')))
            throw new ArgumentException("Name at least one level, for example \"mfa\"", nameof(values));
        _values = [.. values];
        base.Policy = RequirementPolicies.NameOf(new AcrRequirement(_values));
    }

    /// <summary>The levels.</summary>
    public IReadOnlyList<string> Values => _values;

    /// <summary>The name under which this requirement is a policy. Another policy belongs into an attribute of its own.</summary>
    public new string? Policy => base.Policy;

    /// <inheritdoc/>
    public IEnumerable<IAuthorizationRequirement> GetRequirements() => [new AcrRequirement(_values)];
}
