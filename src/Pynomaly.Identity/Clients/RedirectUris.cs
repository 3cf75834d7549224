using System.Globalization;
using Pynomaly.Identity.Model;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Clients;

/// <summary>Redirect URIs: what may be registered, and whether the one that was sent is one of them. Texts are compared as they are; nothing is decoded or normalised first.</summary>
/// <remarks>RFC 9700 §2.1: exact string matching. RFC 8252 §7.3: of a loopback IP literal, and of nothing else, the port may differ.</remarks>
[Specification("RFC 8252", "OAuth 2.0 for Native Apps")]
public static class RedirectUris
{
    private static readonly string[] Loopback = ["http://127.0.0.1", "http://[::1]"];
    private static readonly string[] LoopbackAndLocalhost = [.. Loopback, "http://localhost"];

    /// <summary>Schemes that a browser runs or opens by itself. Compared whatever their case (CVE-2026-9086).</summary>
    private static readonly string[] Dangerous = ["javascript", "data", "vbscript", "file", "blob", "about", "filesystem", "view-source", "ws", "wss", "ftp"];

    /// <summary>Whether the address is one of those that the client registered.</summary>
    public static bool Match(Application client, string sent)
    {
        foreach (var registered in client.Metadata.RedirectUris)
            if (string.Equals(registered, sent, StringComparison.Ordinal)) return true;

        var literals = client.Metadata.AllowLocalhostRedirect ? LoopbackAndLocalhost : Loopback;
        foreach (var registered in client.Metadata.RedirectUris)
            foreach (var literal in literals)
                if (WithoutPort(registered, literal) is { } rest && string.Equals(rest, WithoutPort(sent, literal), StringComparison.Ordinal)) return true;
        return false;
    }

    /// <summary>Why the address may not be registered as a redirect URI, as a sentence; null when it may.</summary>
    public static Sentence? WhyRefused(string uri, ClientMetadata metadata)
    {
        if (WhyRefusedAsLink(uri) is { } reason) return reason;
        var parsed = new Uri(uri, UriKind.Absolute);
        if (uri.Contains('#', StringComparison.Ordinal)) return new Sentence("redirect_fragment", $"A redirect URI must not have a fragment"); // RFC 6749 §3.1.2
        if (parsed.Scheme is "https") return null;
        if (parsed.Scheme is "http") return parsed.IsLoopback ? null : new Sentence("redirect_not_https", $"A redirect URI must be https; http is for loopback addresses only");
        // RFC 8252 §7.1: an app's own scheme is a domain name turned round; anybody could claim a short one.
        if (!parsed.Scheme.Contains('.', StringComparison.Ordinal)) return new Sentence("redirect_scheme", $"An app's own scheme must be a reversed domain name, such as com.example.app");
        return metadata.TokenEndpointAuthMethod == ClientAuthenticationMethods.None ? null : new Sentence("redirect_not_native", $"An app's own scheme is for public native clients");
    }

    /// <summary>Why the address may not be registered at all (logo, policy, terms, logout), as a sentence; null when it may.</summary>
    public static Sentence? WhyRefusedAsLink(string uri)
    {
        foreach (var c in uri)
            if (c is <= ' ' or >= '\u007F' or '\\' or '"' or '<' or '>' or '^' or '`' or '{' or '|' or '}') return new Sentence("address_characters", $"An address must consist of the characters that a URI may have");
        if (!Uri.TryCreate(uri, UriKind.Absolute, out var parsed) || uri.StartsWith('/')) return new Sentence("address_not_absolute", $"An address must be absolute");
        if (Dangerous.Contains(parsed.Scheme, StringComparer.OrdinalIgnoreCase)) return new Sentence("address_scheme", $"An address must not use the scheme {parsed.Scheme}");
        if (parsed.UserInfo.Length > 0) return new Sentence("address_user", $"An address must not hold a user name");
        return parsed.Scheme is "https" or "http" && parsed.Host.Length == 0 ? new Sentence("address_no_host", $"An address must name a host") : null;
    }

    /// <summary>What follows the port of a loopback address; null when the text is not "literal[:port][/...]".</summary>
    private static string? WithoutPort(string uri, string literal)
    {
        if (!uri.StartsWith(literal, StringComparison.Ordinal)) return null;
        var rest = uri[literal.Length..];
        if (!rest.StartsWith(':')) return rest.Length == 0 || rest[0] is '/' or '?' ? rest : null;
        var end = 1;
        while (end < rest.Length && char.IsAsciiDigit(rest[end])) end++;
        var port = rest.AsSpan(1, end - 1);
        if (port.Length is 0 or > 5 || port[0] == '0' || int.Parse(port, CultureInfo.InvariantCulture) > 65535) return null;
        return end == rest.Length || rest[end] is '/' or '?' ? rest[end..] : null;
    }
}
