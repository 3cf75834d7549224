using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.ResourceServer.Challenges;

namespace Pynomaly.Identity.ResourceServer.Requirements;

/// <summary>Decides the requirements of this package by the caller's claims, and notes what is missing for the refusal.</summary>
internal sealed class RequirementHandler(IHttpContextAccessor accessor, TimeProvider time) : IAuthorizationHandler
{
    public Task HandleAsync(AuthorizationHandlerContext context)
    {
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
