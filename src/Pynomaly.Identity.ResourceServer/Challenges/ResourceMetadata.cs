using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Pynomaly.Identity.Tokens;

namespace Pynomaly.Identity.ResourceServer.Challenges;

/// <summary>What this API says of itself to clients that have never met it: which server to ask for tokens, for which scopes, and how to show them.</summary>
/// <remarks><see href="https://www.rfc-editor.org/rfc/rfc9728">RFC 9728</see>. Every address is configured, never the Host header's.</remarks>
[Specification("RFC 9728", "OAuth 2.0 Protected Resource Metadata")]
internal sealed class ResourceMetadata(PynomalyIdentityOptions options)
{
    private const string WellKnown = "/.well-known/oauth-protected-resource";
    private byte[]? _document;

    /// <summary>The path that it is served under. §3: the well-known part stands before the resource's own path.</summary>
    public PathString Path { get; } = new(new Uri(AddressOf(options.ResourceIdentifier)).AbsolutePath);

    /// <summary>Its address. §3.</summary>
    public static string AddressOf(string resource)
    {
        var uri = new Uri(resource);
        var host = uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost; // it stands in a header, which is ASCII
        return $"{uri.Scheme}://{host}{(uri.IsDefaultPort ? "" : $":{uri.Port}")}{WellKnown}{uri.AbsolutePath.TrimEnd('/')}";
    }

    /// <summary>Answers GET and HEAD. §3.2.</summary>
    public async Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            response.Headers.Allow = "GET, HEAD";
            return;
        }

        var document = _document ??= Describe(context.RequestServices.GetService<EndpointDataSource>());
        response.ContentType = "application/json";
        response.ContentLength = document.Length;
        response.Headers.CacheControl = "public, max-age=300";
        response.Headers.AccessControlAllowOrigin = "*"; // a client in a browser reads it too, and it holds no secret
        if (!HttpMethods.IsHead(context.Request.Method)) await response.BodyWriter.WriteAsync(document, context.RequestAborted);
    }

    // §2.
    private byte[] Describe(EndpointDataSource? endpoints)
    {
        var asked = endpoints?.Endpoints.SelectMany(endpoint => endpoint.Metadata.OfType<RequirePermissionAttribute>()).SelectMany(attribute => attribute.Permissions) ?? [];
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("resource", options.ResourceIdentifier);
            WriteList(json, "authorization_servers", [options.Issuer]);
            WriteList(json, "scopes_supported", options.Scopes.Concat(asked.Order(StringComparer.Ordinal)).Distinct(StringComparer.Ordinal));
            WriteList(json, "bearer_methods_supported", ["header"]);
            if (options.ResourceName is { } name) json.WriteString("resource_name", name);
            WriteList(json, "dpop_signing_alg_values_supported", DPoPProof.Algorithms);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
