using Microsoft.AspNetCore.Authorization;

namespace Pynomaly.Identity.ResourceServer.Requirements;

/// <summary>The person must have proved who they are no longer ago than this. RFC 9470 §4, max_age.</summary>
internal sealed record FreshAuthenticationRequirement(TimeSpan MaxAge) : IAuthorizationRequirement;
