using Microsoft.AspNetCore.Http;
using Pynomaly.Identity.ResourceServer.Tokens;

namespace Pynomaly.Identity.ResourceServer.Challenges;

/// <summary>What a request shows: one token, in the Authorization header, and by which scheme.</summary>
/// <remarks>RFC 6750 §2.1. Left out: the form body (§2.2), which is not read here, so that a token there is none; and the query (§2.3), where logs and histories would keep it: refused.</remarks>
[Specification("RFC 6750", "Bearer Token Usage")]
internal readonly struct Credentials
{
    private Credentials(string? scheme, string? value, Refusal? refusal) => (Scheme, Value, Refusal) = (scheme, value, refusal);

    /// <summary>The scheme in this package's spelling; null: the request shows nothing that is for us.</summary>
    public string? Scheme { get; }

    public string? Value { get; }

    public Refusal? Refusal { get; }

    /// <summary>Reads.</summary>
    public static Credentials Read(HttpRequest request, PynomalyIdentityOptions options)
    {
        var headers = request.Headers.Authorization;
        if (headers.Count > 1) return Bad(Refusal.SentTwice); // §2: one method, one token
        var (scheme, value) = Split(headers.Count == 0 ? "" : headers[0], options.AcceptApiKeys);
        if (request.QueryString.HasValue && request.Query.ContainsKey("access_token")) return Bad(scheme is null ? Refusal.InQuery : Refusal.SentTwice);
        if (options.AcceptApiKeys && options.ApiKeyHeader is { } name && request.Headers.TryGetValue(name, out var keys))
            return scheme is not null || keys.Count != 1 ? Bad(Refusal.SentTwice) : string.IsNullOrWhiteSpace(keys[0]) ? Bad(Refusal.Empty) : new(Schemes.ApiKey, keys[0]!.Trim(), null);
        if (scheme is null) return default;
        return value!.Length == 0 ? Bad(Refusal.Empty) : new(scheme, value, null);
    }

    private static Credentials Bad(Refusal refusal) => new(Schemes.Bearer, null, refusal);

    // RFC 9110 §11.1: a scheme may be spelled in any case.
    private static (string? Scheme, string? Value) Split(string? header, bool acceptApiKeys)
    {
        var text = header.AsSpan().Trim(' ');
        var blank = text.IndexOf(' ');
        var named = blank < 0 ? text : text[..blank];
        var scheme = named.Equals(Schemes.Bearer, StringComparison.OrdinalIgnoreCase) ? Schemes.Bearer
            : named.Equals(Schemes.DPoP, StringComparison.OrdinalIgnoreCase) ? Schemes.DPoP
            : acceptApiKeys && named.Equals(Schemes.ApiKey, StringComparison.OrdinalIgnoreCase) ? Schemes.ApiKey : null;
        return scheme is null ? default : (scheme, blank < 0 ? "" : text[blank..].TrimStart(' ').ToString());
    }
}
