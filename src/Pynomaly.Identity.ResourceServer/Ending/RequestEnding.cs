using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;

namespace Pynomaly.Identity.ResourceServer.Ending;

/// <summary>Begins what <see cref="EndWithTokenAttribute"/> asks for, once a request: it is asked as a rule, so it is asked after routing, wherever the application has put its middleware.</summary>
internal sealed class RequestEnding(TrustedIssuers issuers)
{
    private static readonly object Asked = new();

    /// <summary>The request ends with the caller's token; where it opens a connection to a hub, the connection does.</summary>
    public void Begin(HttpContext request, ClaimsPrincipal user)
    {
        if (request.Items.ContainsKey(Asked)) return; // a rule may be asked more than once
        var callers = CallerIdentity.Of(user, request);
        request.Items[Asked] = callers;
        // A hub is told to end its connection, on any transport and so that the client does not come back by itself: HubEnding does, once there is one.
        if (request.GetEndpoint()?.Metadata.GetMetadata<HubMetadata>() is not null) return;
        foreach (var caller in callers) request.Response.RegisterForDispose(Add(caller, request.Abort));
    }

    /// <summary>Whose tokens the connection that this request opened ends with.</summary>
    public static IReadOnlyList<CallerIdentity> AskedBy(HttpContext? request) => request?.Items[Asked] as IReadOnlyList<CallerIdentity> ?? [];

    /// <summary>From here on it ends with the caller's token.</summary>
    public OpenRequest Add(CallerIdentity caller, Action abort) => issuers.Get(caller.Scheme).Open.Add(caller.Token, abort);
}
