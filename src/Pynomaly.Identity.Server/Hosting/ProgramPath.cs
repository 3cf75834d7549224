using System.Net;
using Pynomaly.Identity.Abuse;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Server.Hosting;

/// <summary>One exact path for programs: what answers to which method, and what is counted there.</summary>
internal sealed class ProgramPath
{
    private readonly (string Method, RouteEndpoint Endpoint)[] _methods;
    private readonly string _allow;
    private readonly string _path;

    /// <summary>Gathers the endpoints of the path.</summary>
    public ProgramPath(string path, IEnumerable<RouteEndpoint> endpoints)
    {
        _path = path;
        _methods = [.. from endpoint in endpoints
                       from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["*"]
                       select (method, endpoint)];
        _allow = string.Join(", ", _methods.Select(entry => entry.Method).Distinct(StringComparer.Ordinal));
        IsPublic = path is Paths.Configuration or Paths.AuthorizationServer or Paths.Keys or Paths.Revocations or Paths.StatusList or Paths.SharedSignals;
    }

    /// <summary>True for what is published for everybody.</summary>
    public bool IsPublic { get; }

    /// <summary>True for the two questions of an orchestrator.</summary>
    public bool IsHealth => _path is Paths.Live or Paths.Ready;

    /// <summary>True where a person's browser is sent to.</summary>
    public bool IsForBrowsers => _path is Paths.Authorize or Paths.AuthorizeResume or Paths.Logout;

    /// <summary>True where a refusal may be somebody's guess at a secret, a code or a token.</summary>
    public bool CountsGuesses => _path is Paths.Token or Paths.Introspect or Paths.Revoke or Paths.Revocations;

    /// <summary>True where the script of a browser-only application calls.</summary>
    public bool IsForScripts => _path is Paths.Token or Paths.Revoke or Paths.UserInfo;

    /// <summary>Counts the request against the caller's address: 0, or the seconds to wait.</summary>
    public int TakeFrom(RateLimits limits, IPAddress? address) => _path switch
    {
        Paths.Token => limits.Token(address),
        Paths.Introspect or Paths.Revoke => limits.Introspection(address),
        Paths.Revocations => limits.RevocationList(address),
        Paths.StatusList => limits.StatusList(address),
        Paths.Authorize or Paths.AuthorizeResume or Paths.Logout => limits.Authorize(address),
        _ => 0,
    };

    /// <summary>Runs the endpoint of the request's method; 405 names the methods there are (RFC 9110 §15.5.6).</summary>
    public Task RunAsync(HttpContext context)
    {
        // Published for everybody, and nothing of it depends on who asks (Fetch §3.2). Of other endpoints only known origins may read the answer (CrossOrigin).
        if (IsPublic) context.Response.Headers.AccessControlAllowOrigin = "*";
        var asked = context.Request.Method;
        if (HttpMethods.IsHead(asked)) asked = HttpMethods.Get; // RFC 9110 §9.3.2: the same without the body, which the web server leaves out
        foreach (var (method, endpoint) in _methods)
        {
            if (method != "*" && !HttpMethods.Equals(method, asked)) continue;
            context.SetEndpoint(endpoint); // the route's name, for metrics and traces
            return endpoint.RequestDelegate!(context);
        }

        context.Response.Headers.Allow = _allow;
        return Refusals.WriteAsync(context, StatusCodes.Status405MethodNotAllowed, "This method is not allowed here");
    }
}
