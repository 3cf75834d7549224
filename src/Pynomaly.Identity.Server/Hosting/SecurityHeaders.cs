using Microsoft.Extensions.Primitives;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Server.Hosting;

/// <summary>The headers that every answer carries, refusals and failures too. Pages add a policy of their own (ASVS 3.4).</summary>
/// <remarks>Values are made once: this runs before each of many thousand requests a second.</remarks>
internal sealed class SecurityHeaders(ServerOptions options)
{
    private static readonly StringValues NoSniff = "nosniff";
    private static readonly StringValues NoReferrer = "no-referrer";
    private static readonly StringValues SameOrigin = "same-origin";
    private static readonly StringValues Deny = "DENY";
    private static readonly StringValues NoFeatures = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()";

    // Nothing that a program fetches is a document; should a browser show it as one, it may load and frame nothing.
    private static readonly StringValues Nothing = "default-src 'none'; frame-ancestors 'none'";
    private static readonly StringValues TwoYears = "max-age=63072000; includeSubDomains";

    private readonly bool _isSecure = options.IsSecure;

    /// <summary>For every answer.</summary>
    public void Apply(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = NoSniff;
        headers.ContentSecurityPolicy = Nothing;
        headers["Referrer-Policy"] = NoReferrer; // a page's address may hold a code or a one-time link
        headers["Cross-Origin-Opener-Policy"] = SameOrigin;
        if (_isSecure) headers.StrictTransportSecurity = TwoYears;
    }

    /// <summary>For what browsers show: the above, and what only documents heed. Also after an exception handler has taken all headers away.</summary>
    public void ApplyToPage(HttpContext context)
    {
        Apply(context);
        var headers = context.Response.Headers;
        headers.XFrameOptions = Deny; // for browsers that know no frame-ancestors
        headers["Permissions-Policy"] = NoFeatures;
    }
}
