using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Discovery;

/// <summary>What a receiver of security events can learn of this transmitter: who signs, and that events are pushed. Receivers are entered by operators; there is no way to enter oneself.</summary>
/// <remarks>OpenID Shared Signals Framework 1.0 §7.1.</remarks>
[Specification("OpenID SSF 1.0", "Shared Signals Framework")]
public sealed class SharedSignalsEndpoint(ServerOptions options)
{
    private readonly byte[] _document = System.Text.Encoding.UTF8.GetBytes(new JsonObject
    {
        ["spec_version"] = "1_0", ["issuer"] = options.Issuer, ["jwks_uri"] = options.Url(Paths.Keys), ["delivery_methods_supported"] = new JsonArray("urn:ietf:rfc:8935"),
        ["critical_subject_members"] = new JsonArray(), ["default_subjects"] = "ALL",
    }.ToJsonString());

    /// <summary>Answers GET and HEAD.</summary>
    public Task HandleAsync(HttpContext context)
    {
        var response = context.Response;
        response.Headers.CacheControl = "public, max-age=300";
        response.ContentType = "application/json";
        response.ContentLength = _document.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(_document, context.RequestAborted).AsTask();
    }
}
