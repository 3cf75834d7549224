using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Pynomaly.Identity.Protocol;

namespace Pynomaly.Identity.Tokens;

/// <summary>What a follower of the revocation list asks for: from where on, in which form, and how long it would wait.</summary>
internal sealed record RevocationQuery(long Since, int Wait, bool IsSigned, bool IsStream)
{
    /// <summary>Reads the query and the Accept header; who asks for the head alone waits for nothing.</summary>
    /// <exception cref="ProtocolException">invalid_request.</exception>
    public static RevocationQuery Read(HttpRequest http, int longestWait)
    {
        var request = ProtocolRequest.ReadQuery(http).RefuseDuplicates();
        var accepted = http.GetTypedHeaders().Accept;
        var isStream = Accepts(accepted, "text/event-stream");
        var isHead = HttpMethods.IsHead(http.Method);
        var text = (isStream ? http.Headers["Last-Event-ID"].ToString() : null) is { Length: > 0 } last ? last : request["since"]; // HTML §9.2.4: what it had last, whatever the address says
        var isSigned = request["format"] switch
        {
            null => Accepts(accepted, "application/jwt"),
            "json" => false,
            "jwt" => true,
            _ => throw ProtocolException.InvalidRequest("format is json or jwt"),
        };
        return new RevocationQuery(
            Number(text, long.MaxValue) ?? throw ProtocolException.InvalidRequest("since is not a cursor of this list"),
            isHead ? 0 : (int)(Number(request["wait"], longestWait) ?? throw ProtocolException.InvalidRequest($"wait is a number of seconds from 1 to {longestWait}")),
            isSigned, isStream && !isHead);
    }

    private static bool Accepts(IList<MediaTypeHeaderValue> accepted, string type) => accepted.Any(one => one.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase) && one.Quality is null or > 0);

    private static long? Number(string? text, long most) =>
        text is null ? 0 : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most ? number : null;
}
