using System.Globalization;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Keys;

/// <summary>The published keys (RFC 7517 §5), as bytes that were made when a key last changed.</summary>
/// <remarks>application/json rather than application/jwk-set+json: every client takes it, and OpenID Connect Discovery shows it.</remarks>
public sealed class JsonWebKeySetEndpoint(KeyRing ring, ServerOptions options)
{
    // Shorter than the lead, so that a new key has reached every cache before it signs.
    private readonly string _cacheControl = string.Create(CultureInfo.InvariantCulture, $"public, max-age={(int)Math.Min(300, options.Lifetimes.SigningKeyLead.TotalSeconds / 2)}");

    /// <summary>Answers GET and HEAD.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var view = ring.View();
        var response = context.Response;
        response.Headers.CacheControl = _cacheControl;
        response.Headers.ETag = view.EntityTag;
        response.Headers.AccessControlAllowOrigin = "*";
        if (EntityTag.Matches(context.Request.Headers.IfNoneMatch, view.EntityTag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = "application/json";
        response.ContentLength = view.JwkSet.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await response.BodyWriter.WriteAsync(view.JwkSet, context.RequestAborted);
    }
}
