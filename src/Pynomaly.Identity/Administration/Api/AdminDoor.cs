using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Api;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Administration.Api;

/// <summary>Lets requests in: a bearer token of this server, for this server and nobody else, whose permissions and whose owner's hold what the operation needs.</summary>
internal sealed class AdminDoor(ApiTokens tokens, Operators operators, RefusedActs refused, ServerOptions options)
{
    /// <summary>The call.</summary>
    /// <exception cref="ProtocolException">invalid_token, insufficient_scope, insufficient_user_authentication.</exception>
    /// <exception cref="ApiProblem">The body is no JSON, or the operator lacks the right.</exception>
    public async Task<AdminCall> OpenAsync(HttpContext context, AdminRoute route)
    {
        var token = await tokens.RequireAsync(context);
        var who = await operators.RequireAsync(context, token, context.RequestAborted);
        if (route.Permission is { } wanted && !(token.Permissions.Contains(wanted) && who.Holds(wanted))) await refused.EnterAsync(who, route.Name, $"This needs the permission {wanted}", context.RequestAborted);
        foreach (var needed in route.Needs)
        {
            if (!token.Permissions.Contains(needed)) throw ProtocolException.InsufficientScope(needed);
            if (!who.Holds(needed)) throw ApiProblem.Forbidden($"This needs the permission {needed}");
        }

        if (route.Permission is null && !ManagementPermissions.All.Any(one => who.Holds(one.Name))) throw ProtocolException.InsufficientScope(StandardScopes.Administration); // for every administrator, and for nobody else
        if (route.IsSensitive && !who.IsConfirmed) throw ProtocolException.InsufficientUserAuthentication((int)options.Accounts.ConfirmedFor.TotalSeconds, null); // RFC 9470 §3
        return new AdminCall(context, who);
    }
}
