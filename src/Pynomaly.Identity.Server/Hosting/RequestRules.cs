using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Server.Hosting;

/// <summary>What is asked of every request before anything looks at it: our name, https where the issuer is, a small body that is not compressed.</summary>
internal sealed class RequestRules(ServerOptions options, HostNames hosts)
{
    private readonly bool _isSecure = options.IsSecure;

    /// <summary>The status and sentence to refuse the request with; null when it may pass.</summary>
    public (int Status, string Reason)? Refuse(HttpRequest request)
    {
        if (!hosts.Accept(request.Headers.Host))
            return (StatusCodes.Status400BadRequest, "This server does not answer to that host name");
        if (_isSecure && !request.IsHttps)
            return (StatusCodes.Status400BadRequest, "This server is reached by https only. If a proxy ends TLS, the setting Identity:TrustedProxies must name it, and it must send X-Forwarded-Proto");
        if (request.ContentLength > MostOf(request.Path))
            return (StatusCodes.Status413PayloadTooLarge, "The body is too large");
        if (request.Headers.ContentEncoding.Count > 0) // a few bytes would unfold to gigabytes, and nobody compresses 64 KB
            return (StatusCodes.Status415UnsupportedMediaType, "A body with Content-Encoding is not accepted");
        return null;
    }

    // More is read only of who has shown that they administer; anybody else gets no further than 64 KB.
    private static int MostOf(PathString path) => path.Value switch
    {
        Paths.AdminApi + "/imports" or Paths.AdminPage + "/imports/new" => ProtocolRequest.MaxImport,
        Paths.AdminApi + "/configuration" or Paths.AdminApi + "/configuration/plan" => ProtocolRequest.MaxConfiguration,
        _ => ProtocolRequest.MaxBody,
    };
}
