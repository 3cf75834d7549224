using Microsoft.AspNetCore.Http;

namespace Pynomaly.Identity.Protocol;

/// <summary>Reads a cookie by its exact name. RFC 6265 §5.3.</summary>
/// <remarks>
/// The framework's collection takes "__host-name" for "__Host-name"; where a browser enforces the prefix in this
/// spelling only, another host of the domain can plant the other one (CVE-2020-1045).
/// </remarks>
public static class RequestCookie
{
    /// <summary>The value; null when there is none, or when there are two, of which one was planted.</summary>
    public static string? Find(HttpContext context, string name)
    {
        string? found = null;
        foreach (var header in context.Request.Headers.Cookie)
        {
            foreach (var range in header.AsSpan().Split(';'))
            {
                var pair = header.AsSpan()[range].Trim();
                if (pair.Length <= name.Length || pair[name.Length] != '=' || !pair.StartsWith(name, StringComparison.Ordinal)) continue;
                if (found is not null) return null;
                found = pair[(name.Length + 1)..].ToString();
            }
        }

        return found;
    }
}
