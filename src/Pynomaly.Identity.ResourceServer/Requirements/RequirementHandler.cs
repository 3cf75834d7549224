using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using Pynomaly.Identity.ResourceServer.Challenges;
using Pynomaly.Identity.ResourceServer.Ending;

namespace Pynomaly.Identity.ResourceServer.Requirements;

/// <summary>Decides the requirements of this package by the caller's claims, and notes what is missing for the refusal; and lets nothing more begin by a token that has ended meanwhile.</summary>
/// <remarks>
/// A connection to a SignalR hub is authenticated when it is opened, and may live for days. The token is judged again when a rule is asked on it: by time, keys and revocation list. What was begun before (a stream, a
/// subscription to what the hub sends) asks for no rule and goes on, unless it was asked to end (<see cref="RequestEnding"/>).
/// </remarks>
internal sealed class RequirementHandler(IHttpContextAccessor accessor, TrustedIssuers issuers, RequestEnding ending, TimeProvider time) : IAuthorizationHandler
{
    public Task HandleAsync(AuthorizationHandlerContext context)
    {
        // A request's own rules are asked just after the token was judged.
        if (context.Resource is not HttpContext && !Stands(context))
            context.Fail(new AuthorizationFailureReason(this, "The access token does not stand any more"));
        foreach (var requirement in context.Requirements)
        {
            if (requirement is EndWithTokenRequirement && context.Resource is HttpContext begun) ending.Begin(begun, context.User);
            if (Decide(context, requirement) is not { } isMet) continue;
            if (isMet) context.Succeed(requirement);
            else if (context.User.Identity?.IsAuthenticated is true && (context.Resource as HttpContext ?? accessor.HttpContext) is { } http) Note(Shortfall.Of(http), requirement);
        }

        return Task.CompletedTask;
    }

    private bool Stands(AuthorizationHandlerContext context)
    {
        var request = context.Resource is HubInvocationContext hub ? hub.Context.GetHttpContext() : accessor.HttpContext;
        var callers = CallerIdentity.Of(context.User, request);
        if (callers.Count > 0) return callers.All(Stands);
        // Another scheme's caller; but claims of an access token (RFC 9068 §2.2) without a request that showed it are nobody's to judge.
        return request is not null || !(context.User.HasClaim(claim => claim.Type == "jti") && context.User.HasClaim(claim => claim.Type == "client_id"));
    }

    private bool Stands(CallerIdentity caller) => issuers.Get(caller.Scheme).Upholds(caller.Token);

    private bool? Decide(AuthorizationHandlerContext context, IAuthorizationRequirement requirement) => requirement switch
    {
        PermissionRequirement asked => context.User.HasAllPermissions(asked.Permissions),
        FreshAuthenticationRequirement asked => IsFresh(context.User, asked.MaxAge),
        EndWithTokenRequirement => true,
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
