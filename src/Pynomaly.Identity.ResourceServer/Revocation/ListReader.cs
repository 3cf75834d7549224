using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Pynomaly.Identity.ResourceServer.Tokens;

namespace Pynomaly.Identity.ResourceServer.Revocation;

/// <summary>Asks the server for a part of its revocation list, and believes the answer only when it is from this issuer and of now.</summary>
/// <remarks>A signed answer (<c>revocations+jwt</c>) is taken where the server gives it, JSON where it does not; "wait" holds the question open until there is news, and a server that does not know it answers at once.</remarks>
internal sealed class ListReader(PynomalyIdentityOptions options, HttpClient http, IssuerKeys keys, TimeProvider time)
{
    private const string SignedType = "revocations+jwt";
    private const int MaxLength = 32 * 1024 * 1024;

    /// <summary>How long a question may be held open: well before the list would be too old.</summary>
    public TimeSpan Wait { get; } = TimeSpan.FromSeconds(Math.Clamp((int)options.MaximumListAge.TotalSeconds / 3, 1, 20));

    /// <summary>What came after the cursor; without a cursor, the list from its beginning.</summary>
    /// <exception cref="AskLaterException">The server says when to ask again.</exception>
    /// <exception cref="HttpRequestException">There is no such answer.</exception>
    /// <exception cref="JsonException">The answer is no revocation list of now.</exception>
    public async Task<ListPage> ReadAsync(string? cursor, CancellationToken cancellationToken)
    {
        var asked = time.GetUtcNow();
        using var request = new HttpRequestMessage(HttpMethod.Get, Address(cursor));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/jwt"));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json", 0.5));
        if (options.ClientId is { } client)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic",
                Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(client)}:{Uri.EscapeDataString(options.ClientSecret!)}"))); // RFC 6749 §2.3.1

        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(Wait + TimeSpan.FromSeconds(10));
        using var response = await http.SendAsync(request, end.Token);
        if (response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable && AfterOf(response) is { } after) throw new AskLaterException(after);
        response.EnsureSuccessStatusCode();
        var body = await response.Content.ReadAsByteArrayAsync(end.Token);
        var isSigned = response.Content.Headers.ContentType?.MediaType == "application/jwt";
        var page = isSigned ? await OpenAsync(Encoding.ASCII.GetString(body), end.Token) : ListPage.Read(body);

        // A cache, or somebody in between, may answer with the list of an hour ago; what counts is when the server wrote it.
        var earliest = asked - options.ClockSkew - TimeSpan.FromSeconds(1);
        if (DateTimeOffset.FromUnixTimeSeconds(page.Generated) < earliest) throw new JsonException("The revocation list is an old one, or the clocks differ");
        return page;
    }

    // RFC 9110 §10.2.3. Seconds only: a date would be one of the server's clock.
    private static TimeSpan? AfterOf(HttpResponseMessage response) => response.Headers.RetryAfter?.Delta;

    private Uri Address(string? cursor)
    {
        var known = keys.Metadata?.AdditionalData.TryGetValue("pynomaly_revocations_endpoint", out var named) is true ? named?.ToString() : null;
        var address = known ?? $"{options.Issuer.TrimEnd('/')}/connect/revocations";
        return new Uri(cursor is null ? address : $"{address}?since={Uri.EscapeDataString(cursor)}&wait={Wait.TotalSeconds:0}");
    }

    private async Task<ListPage> OpenAsync(string token, CancellationToken cancellationToken)
    {
        if (!CompactToken.TryRead(token, MaxLength, out var header) || header.Type != SignedType || !options.AcceptedAlgorithms.Contains(header.Algorithm)
            || await keys.FindAsync(header.Kid, cancellationToken) is not { } key || !key.Signed(token, header.Algorithm))
            throw new JsonException("The revocation list is not signed by a key of the identity server");

        var page = ListPage.Read(CompactToken.PayloadOf(token));
        if (page.Issuer != options.Issuer) throw new JsonException("The revocation list is another issuer's");
        if (page.SignedUntil is not { } until || DateTimeOffset.FromUnixTimeSeconds(until) + options.ClockSkew < time.GetUtcNow()) throw new JsonException("The signed revocation list has expired");
        return page;
    }
}
