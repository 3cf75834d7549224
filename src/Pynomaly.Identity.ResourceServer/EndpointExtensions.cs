using Microsoft.AspNetCore.Builder;

namespace Pynomaly.Identity.ResourceServer;

/// <summary>What endpoints ask of their callers.</summary>
public static class EndpointExtensions
{
    /// <summary>Lets only callers in whose token grants every one of these permissions; others get 403 with the scope to ask for.</summary>
    /// <exception cref="ArgumentException">Not a permission.</exception>
    public static TBuilder RequirePermission<TBuilder>(this TBuilder endpoint, params string[] permissions) where TBuilder : IEndpointConventionBuilder =>
        endpoint.RequireAuthorization(new RequirePermissionAttribute(permissions));

    /// <summary>Lets only people in who proved who they are no longer ago than this; others get 401 with max_age (RFC 9470 §3).</summary>
    public static TBuilder RequireFreshAuthentication<TBuilder>(this TBuilder endpoint, TimeSpan maxAge) where TBuilder : IEndpointConventionBuilder =>
        endpoint.RequireAuthorization(new RequireFreshAuthenticationAttribute((int)maxAge.TotalSeconds));

    /// <summary>Lets only people in who signed in at one of these levels, or a stronger one; others get 401 with acr_values (RFC 9470 §3).</summary>
    public static TBuilder RequireAcr<TBuilder>(this TBuilder endpoint, params string[] values) where TBuilder : IEndpointConventionBuilder =>
        endpoint.RequireAuthorization(new RequireAcrAttribute(values));

    /// <summary>Aborts requests that are still open once their caller's token was revoked or has expired; for streams, long downloads, WebSockets and hubs. See <see cref="EndWithTokenAttribute"/>.</summary>
    public static TBuilder EndWithToken<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder =>
        endpoint.RequireAuthorization(new EndWithTokenAttribute());
}
