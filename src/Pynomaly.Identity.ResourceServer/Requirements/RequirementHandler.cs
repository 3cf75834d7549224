using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.ResourceServer.Challenges;

namespace Pynomaly.Identity.ResourceServer.Requirements;

/// <summary>Decides the requirements of this package by the caller's claims, and notes what is missing for the refusal; and ends whatever is asked for by a token that has ended meanwhile.</summary>
/// <remarks>A connection to a SignalR hub is authenticated when it is opened, and may live for days. The token is judged again when a rule is asked on it: by time, keys and revocation list.</remarks>
internal sealed class RequirementHandler(IHttpContextAccessor accessor, TrustedIssuers issuers, TimeProvider time) : IAuthorizationHandler
{
    public Task HandleAsync(AuthorizationHandlerContext context)
    {
        // A request's own rules are asked just after the token was judged.
        if (context.Resource is not HttpContext && context.User.Identities.OfType<CallerIdentity>().Any(caller => !issuers.Get(caller.Scheme).Upholds(caller.Token)))
            context.Fail(new AuthorizationFailureReason(this, "The access token does not stand any more"));
        foreach (var requirement in context.Requirements)
        {
            if (Decide(context, requirement) is not { } isMet) continue;
            if (isMet) context.Succeed(requirement);
            else if (context.User.Identity?.IsAuthenticated is true && (context.Resource as HttpContext ?? accessor.HttpContext) is { } http) Note(Shortfall.Of(http), requirement);
        }

        return Task.CompletedTask;
    }

    private bool? Decide(AuthorizationHandlerContext context, IAuthorizationRequirement requirement) => requirement switch
    {
        PermissionRequirement asked => context.User.HasAllPermissions(asked.Permissions),
        FreshAuthenticationRequirement asked => IsFresh(context.User, asked.MaxAge),
        AcrRequirement asked => context.User.FindFirst("acr") is { } acr && asked.IsMetBy(acr.Value),
        _ => null,
    };

    private bool IsFresh(ClaimsPrincipal user, TimeSpan maxAge) =>
        user.FindFirst("auth_time") is { } claim && long.TryParse(claim.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
        && at <= 253_402_300_799 && time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(at) <= maxAge;

    private static void Note(Shortfall lacking, IAuthorizationRequirement requirement)
    {
        if (requirement is PermissionRequirement permissions) lacking.Permissions.AddRange(permissions.Permissions.Except(lacking.Permissions)); // once: a connection to a hub asks as long as it lives
        else if (requirement is AcrRequirement acr) lacking.AcrValues = acr.Values;
        else if (requirement is FreshAuthenticationRequirement fresh) lacking.MaxAge = Math.Min(lacking.MaxAge ?? long.MaxValue, (long)fresh.MaxAge.TotalSeconds);
    }
}
