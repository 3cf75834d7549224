using Microsoft.AspNetCore.Authorization;

namespace Pynomaly.Identity.ResourceServer.Requirements;

/// <summary>The request ends with the caller's token. Refuses nobody: that it is asked is what begins it.</summary>
internal sealed record EndWithTokenRequirement : IAuthorizationRequirement
{
    public static readonly EndWithTokenRequirement Instance = new();
}
