using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Authorization.Policy;

namespace Samples.Strangers;

/// <summary>Says with a 403 what is missing (RFC 6750 §3.1); by itself JwtBearer says nothing there.</summary>
internal sealed class InsufficientScope : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _otherwise = new();

    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult result)
    {
        if (result.Forbidden)
        {
            var lacking = result.AuthorizationFailure?.FailedRequirements.OfType<ClaimsAuthorizationRequirement>().SelectMany(one => one.AllowedValues ?? []) ?? [];
            string scope = string.Join(' ', lacking);
            context.Response.Headers.WWWAuthenticate = "Bearer error=\"insufficient_scope\"" + (scope.Length > 0 ? $", scope=\"{scope}\"" : "");
        }

        return _otherwise.HandleAsync(next, context, policy, result);
    }
}
