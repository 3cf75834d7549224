namespace Pynomaly.Identity.Client;

/// <summary>Where a client's tokens may go: the origins that were named; where none were, that of the HttpClient's base address and that of the API which the token is for.</summary>
/// <remarks>A token is a bearer's: who is sent it can use it (RFC 9700 §4.9). An address that comes out of an answer, a link or a redirect must not choose who that is.</remarks>
internal sealed class Destinations
{
    private readonly HashSet<string> _origins;
    private readonly string _name;

    public Destinations(string name, PynomalyTokensOptions options, Func<Uri?> baseAddress)
    {
        _name = name;
        string?[] origins = options.Origins.Count > 0 ? [.. options.Origins] : [baseAddress()?.ToString(), options.Resource];
        _origins = [.. origins.Select(OriginOf).OfType<string>()];
    }

    /// <summary>Refuses a request that would take the token elsewhere.</summary>
    /// <exception cref="PynomalyTokenException">It would; nothing was sent.</exception>
    public void Require(Uri address)
    {
        var origin = OriginOf(address);
        if (_origins.Contains(origin)) return;
        throw new PynomalyTokenException(TokenFailure.Destination, $"The request goes to {origin}, and the access tokens of \"{_name}\" go "
            + (_origins.Count == 0 ? "nowhere yet" : $"to {string.Join(", ", _origins.Order(StringComparer.Ordinal))} only") + ": nothing was sent. If that is an address of the API, set the HttpClient's BaseAddress in "
            + $"ConfigureHttpClient, or add it in AddPynomalyTokens: options.Origins.Add(\"{origin}\")");
    }

    /// <summary>Scheme, host and port as they are compared (RFC 6454 §4); null: the text is no http or https address.</summary>
    public static string? OriginOf(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp) ? OriginOf(address) : null;

    private static string OriginOf(Uri address) =>
        $"{address.Scheme}://{(address.HostNameType == UriHostNameType.IPv6 ? address.Host : address.IdnHost.ToLowerInvariant())}{(address.IsDefaultPort ? "" : $":{address.Port}")}";
}
